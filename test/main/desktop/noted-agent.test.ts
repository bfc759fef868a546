import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { notedAgent } from '../../../main/desktop/noted-agent.ts';
import type { DesktopAgent } from '../../../main/desktop/agent-port.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { ALL_SCOPES, type SandboxAgent, sandboxAgent, scopeOf } from '../../support/sandbox-agent.ts';

const ADA = 'ada@uni.example';
const GRACE = 'grace@lab.example';
const NOBODYS = undefined;

let sandbox: Sandbox;
let rig: SandboxAgent;
let faces: DesktopAgent;
let notes: unknown[];
beforeEach(async () => {
  sandbox = await startSandbox();
  rig = sandboxAgent(sandbox);
  await rig.agent.start();
  notes = [];
  faces = notedAgent(rig.agent, (act, of, answer = 'done') => void notes.push([act, of, answer]));
});
afterEach(async () => {
  rig.agent.close();
  await sandbox.close();
});

async function signIn(username: string): Promise<void> {
  rig.visit.username = username;
  const account = username === ADA ? {} : { account: 'new' as const };
  expect(await faces.signIn({ scopes: ALL_SCOPES, way: 'browser', ...account })).toMatchObject({ ok: true });
}

const about = (scope: string | null, account: string | null) => ({ scope, account });

describe('what is done in the app', () => {
  it('[C36] leaves a line when it decides whose sign-ins there are', async () => {
    await signIn(ADA);
    await signIn(GRACE);
    const grace = faces.snapshot().accounts.find(({ username }) => username === GRACE);
    await faces.signOut({ account: grace?.sub ?? '' });
    await faces.signOut({ scope: scopeOf('view_flows') });
    await faces.signOut();
    faces.setClientId('00000000-0000-4000-8000-000000000001');
    expect(notes).toEqual([
      ['sign-in', NOBODYS, 'done'],
      ['sign-in', NOBODYS, 'done'],
      ['sign-out', about(null, GRACE), 'done'],
      ['sign-out', about(scopeOf('view_flows'), ADA), 'done'],
      ['sign-out', about(null, null), 'done'],
      ['client', NOBODYS, 'done'],
    ]);
  });

  it('[C23] [C36] says of a sign-out that Globus did not confirm that it was not done', async () => {
    await signIn(ADA);
    sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token/revoke', kind: 'status', status: 503 });
    const result = await faces.signOut();
    expect(result.ok).toBe(false);
    expect(notes.at(-1)).toEqual(['sign-out', about(null, null), 'denied']);
  });

  it('[C36] leaves a line when somebody locks or unlocks, and none when nothing changes', () => {
    faces.setLocked(false);
    faces.setLocked(true);
    faces.setLocked(true);
    faces.setLocked(false);
    expect(notes.map((note) => (note as unknown[])[0])).toEqual(['lock', 'unlock']);
    expect(rig.agent.locked).toBe(false);
  });

  it('leaves none of what was refused', async () => {
    expect(faces.setClientId('no client ID').ok).toBe(false);
    const second = sandboxAgent(sandbox, { settings: rig.settings, clientId: '' });
    second.settings.update((old) => ({ ...old, clientId: null }));
    await second.agent.start();
    const others = notedAgent(second.agent, (...what) => void notes.push(what));
    expect((await others.signIn({ scopes: ALL_SCOPES, way: 'browser' })).ok).toBe(false);
    second.agent.close();
    expect(notes).toEqual([]);
  });

  it('goes through to the agent in everything else', async () => {
    await signIn(ADA);
    expect(faces.snapshot()).toEqual(rig.agent.snapshot());
    expect(await faces.renew(scopeOf('run'))).toMatchObject({ ok: true });
    expect(faces.others()).toEqual([]);
  });
});
