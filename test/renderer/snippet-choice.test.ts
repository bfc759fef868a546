import { describe, expect, test } from 'vitest';
import { SnippetChoices } from '../../renderer/snippet-choice.svelte.ts';
import { appView, BROKER, PROBLEM, scopeAt, scopes } from '../support/fake-bridge.ts';
import { started } from './hands.ts';

const SCOPE = scopeAt(scopes(), 0);
const ID = '2f2c1a34-5b6d-4e7f-8a90-1b2c3d4e5f60';

async function choices(view = appView()) {
  const parts = await started(view);
  const previews = () => parts.bridge.asked.filter(([name]) => name === 'snippet.preview');
  return { ...parts, previews, choice: new SnippetChoices(parts.store) };
}

describe('a snippet', () => {
  test('is main’s default, and main is not asked, until something is chosen', async () => {
    const { choice, clock, previews } = await choices();
    expect(choice.extras(SCOPE)).toEqual({});
    expect(choice.previewOf(SCOPE)).toBe(SCOPE.recipes[0]?.preview);
    choice.draw(SCOPE);
    clock.pass(1_000);
    expect(previews()).toEqual([]);
  });

  test('fetches its token while the broker listens, else it contains it', async () => {
    expect((await choices()).choice.modeOf(SCOPE)).toBe('literal');
    expect((await choices(appView({ broker: BROKER }))).choice.modeOf(SCOPE)).toBe('fetched');
    expect((await choices(appView({ broker: { ...BROKER, path: null } }))).choice.modeOf(SCOPE)).toBe(
      'literal',
    );
  });

  test('is drawn by main once per choice, after a pause, with this recipe’s values alone', async () => {
    const { bridge, choice, clock, previews } = await choices();
    bridge.replies['snippet.preview'] = () => ({ ok: true, value: { text: 'http ••••' } });
    choice.chooseRecipe(SCOPE, 'get-flow');
    choice.fill(SCOPE, 'flow_id', ` ${ID} `);
    choice.fill(SCOPE, 'marker', 'of another recipe');
    choice.chooseTool(SCOPE, 'httpie');
    choice.draw(SCOPE)();
    clock.pass(1_000);
    expect(previews()).toEqual([]);
    choice.draw(SCOPE);
    clock.pass(1_000);
    const asked = { recipe: 'get-flow', tool: 'httpie', mode: 'literal', values: { flow_id: ID } };
    expect(previews()).toEqual([['snippet.preview', { scope: SCOPE.scope, ...asked }]]);
    await expect.poll(() => choice.previewOf(SCOPE)).toBe('http ••••');
    choice.draw(SCOPE);
    clock.pass(1_000);
    expect(previews()).toHaveLength(1);
    expect(choice.extras(SCOPE)).toEqual({ tool: 'httpie', mode: 'literal', values: { flow_id: ID } });
  });

  test('says why it cannot be drawn, and is drawn again when the value changes', async () => {
    const { bridge, choice, clock } = await choices();
    bridge.replies['snippet.preview'] = () => ({ ok: false, problem: PROBLEM });
    choice.chooseRecipe(SCOPE, 'get-flow');
    choice.fill(SCOPE, 'flow_id', 'no uuid');
    choice.draw(SCOPE);
    clock.pass(1_000);
    await expect.poll(() => choice.problemOf(SCOPE)).toEqual(PROBLEM);
    choice.fill(SCOPE, 'flow_id', ID);
    expect(choice.problemOf(SCOPE)).toBeNull();
  });

  test('of a tool that signs in by itself has no token mode; a mode the tool lacks falls back', async () => {
    const { choice } = await choices();
    choice.chooseMode(SCOPE, 'variable');
    choice.chooseTool(SCOPE, 'globus-cli');
    expect(choice.modeOf(SCOPE)).toBeNull();
    expect(choice.extras(SCOPE)).toEqual({ tool: 'globus-cli' });
    choice.chooseTool(SCOPE, 'globus-token');
    expect(choice.modeOf(SCOPE)).toBe('fetched');
    choice.chooseTool(SCOPE, 'httpie');
    expect(choice.modeOf(SCOPE)).toBe('variable');
  });
});
