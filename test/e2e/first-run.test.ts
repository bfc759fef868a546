import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { APP_FOLDER } from '../support/app-command.ts';
import { Walker } from '../support/walker.ts';
import { readWalk } from '../support/walk.ts';

const text = await readFile(join(APP_FOLDER, 'docs/first-run.md'), 'utf8');
const [demo = '', own = ''] = text.split(/^## With your own Globus client$/m);

describe('docs/first-run.md, walked as it is written', () => {
  let session: DesktopSession;
  let sandbox: Sandbox;
  let walker: Walker | null = null;
  beforeEach(async () => {
    // High enough for the prompt, whose window is as high as its text.
    const screen = { width: 1280, height: 1400 };
    [session, sandbox] = await Promise.all([startDesktopSession({ screen }), startSandbox()]);
  });
  afterEach(async () => {
    await walker?.close();
    await sandbox.close();
    await session.close();
  });

  it('[C60] every sentence is true, and one screen asks something before the first copied curl', async () => {
    const person = new Walker(session, sandbox);
    walker = person;
    await person.walk(readWalk(demo));
    expect(person.decisions).toEqual(['Sign in to Globus']);
  }, 120_000);

  it('[C60] so it is with a client of one’s own: one screen takes the ID, the ticks and the sign-in', async () => {
    const person = new Walker(session, sandbox);
    walker = person;
    await person.walk(readWalk(own));
    expect(person.decisions).toEqual(['Globus Token Tray']);
  }, 120_000);

  it.each([
    ['what is on the screen', demo, 'You see** “Sign in to Globus”', 'You see** “Log in to Globus”', 1],
    ['what the tray says', demo, '“Demo (fake Globus)”', '“Globus”, “the real one”', 2],
    ['what a button is called', demo, '**Press** “Sign in”', '**Press** “Log in”', 3],
    ['what the browser opens', own, '“https://app.globus.org', '“https://www.globus.org', 2],
    ['what a field is called', own, 'into** “Client ID”', 'into** “Client”', 3],
    ['what is gone', own, 'no longer see** “Open the registration page”', 'no longer see** “Client ID”', 3],
  ])('fails at the step with a word that is not true: %s', async (_what, part, word, other, step) => {
    expect(part).toContain(word);
    const person = new Walker(session, sandbox, 1_000);
    walker = person;
    await expect(person.walk(readWalk(part.replace(word, other)))).rejects.toThrow(
      `step ${step} is not true: `,
    );
  });
});

describe('what can be walked', () => {
  it('takes no step that it does not understand', () => {
    expect(() => readWalk('1. **Press** “Sign in”. Then wait.')).toThrow('step 1: no one can walk this');
    expect(() => readWalk('1. **Ponder** “Sign in”.')).toThrow('step 1: no one can walk this: **Ponder**');
    expect(() => readWalk('1. **In the attic, press** “Sign in”.')).toThrow('step 1: no one can walk this');
    expect(() => readWalk('1. **Press** “A”.\n3. **Press** “B”.')).toThrow(
      'step 3 stands where step 2 is due',
    );
  });

  it('reads all steps of a text, and nothing between them', () => {
    expect(
      readWalk('# A\n\n1. **In the browser, press** “Allow”. **You see** “a” and “b”.\n\nDone.'),
    ).toEqual([
      {
        text: '**In the browser, press** “Allow”.',
        step: 1,
        place: 'browser',
        action: { kind: 'press', name: 'Allow', row: null },
      },
      { text: '**You see** “a” and “b”.', step: 1, place: null, action: { kind: 'see', texts: ['a', 'b'] } },
    ]);
  });
});
