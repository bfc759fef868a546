import { describe, expect, it } from 'vitest';
import type { Imports } from '../../../../main/imports/imports.ts';
import type { FoundFile } from '../../../../main/imports/types.ts';
import { setup } from './rig.ts';

const PATH = '/home/ada/.globus/cli/storage.db';
const TRANSFER = 'urn:globus:auth:scope:transfer.api.globus.org:all';
const FILE: FoundFile = {
  path: PATH,
  program: 'globus-cli',
  exposed: true,
  problem: null,
  holdings: [
    {
      profile: 'work',
      environment: 'production',
      here: true,
      clientId: null,
      ours: false,
      account: 'ada@uni.example',
      tokens: [
        {
          resourceServer: 'transfer.api.globus.org',
          scopes: [TRANSFER],
          renewable: true,
          expiresAt: 1,
          adopted: false,
        },
      ],
    },
  ],
};

function room(done: unknown[]): Pick<Imports, 'found' | 'adopt' | 'remove'> {
  return {
    found: () => Promise.resolve([FILE]),
    adopt: (...asked) => {
      done.push(['adopt', ...asked]);
      const value = {
        adopted: [{ account: 'ada@uni.example', resourceServer: 'flows.globus.org' }],
        already: 0,
        ended: ['auth.globus.org'],
        signIn: [TRANSFER],
        problem: null,
      };
      return Promise.resolve({ ok: true, value });
    },
    remove: (...asked) => {
      done.push(['remove', ...asked]);
      return Promise.resolve({ ok: true, value: { path: PATH, revoked: 2, kept: 1 } });
    },
  };
}

describe('token files of other programs, for the window', () => {
  it('are told without a token, and with what can be done', async () => {
    const { handlers } = setup({}, { imports: { open: () => Promise.resolve(room([])) } });
    expect(await handlers['imports.list'](null)).toEqual({
      ok: true,
      value: [
        {
          path: PATH,
          program: 'globus-cli',
          exposed: true,
          problem: null,
          holdings: [{ account: 'ada@uni.example', profile: 'work', services: ['Transfer'], way: 'sign-in' }],
        },
      ],
    });
  });

  it('[C44] can be named by the page only when they were listed', async () => {
    const done: unknown[] = [];
    const { handlers, calls } = setup({}, { imports: { open: () => Promise.resolve(room(done)) } });
    const refused = { ok: false, problem: { reason: 'import-absent' } };
    expect(await handlers['imports.adopt']({ path: PATH })).toMatchObject(refused);
    await handlers['imports.list'](null);
    expect(await handlers['imports.remove']({ path: '/etc/passwd' })).toMatchObject(refused);
    expect(done).toEqual([]);
    expect(calls).toEqual([]);
  });

  it('[C36] have a line in the log when they were taken in, and when they were ended', async () => {
    const done: unknown[] = [];
    const { handlers, calls } = setup({}, { imports: { open: () => Promise.resolve(room(done)) } });
    await handlers['imports.list'](null);
    expect(await handlers['imports.adopt']({ path: PATH })).toEqual({
      ok: true,
      value: { services: ['Flows'], ended: ['Auth'], signIn: [TRANSFER], problem: null },
    });
    expect(await handlers['imports.remove']({ path: PATH })).toEqual({
      ok: true,
      value: { revoked: 2, kept: 1 },
    });
    expect(done).toEqual([
      ['adopt', PATH, null, expect.anything()],
      ['remove', PATH, null],
    ]);
    expect(calls).toEqual([
      ['note', 'import'],
      ['note', 'import-removed'],
    ]);
  });
});

describe('a token file that somebody waits for no longer', () => {
  it('[C59] is answered at once with what is in the vault by then, and what that means', async () => {
    const { imports, calls, handlers, signals, go } = held();
    await handlers['imports.list'](null);
    const answer = handlers['imports.adopt']({ path: PATH });
    await imports.began;
    await handlers['call.cancel']({ call: 'imports.adopt', path: '/another' });
    expect(signals).toMatchObject([{ aborted: false }]);
    await handlers['call.cancel']({ call: 'imports.adopt', path: PATH });
    expect(signals).toMatchObject([{ aborted: true }]);
    expect(await answer).toMatchObject({
      ok: true,
      value: { services: ['Flows'], ended: [], signIn: [], problem: { reason: 'cancelled' } },
    });
    const told = JSON.stringify(await answer);
    expect(told).toContain('What came into the vault stays there, whole');
    expect(told).toContain('The file is as it was');
    // What it came to has its line in the log all the same.
    expect(calls).toEqual([]);
    go();
    await expect.poll(() => calls).toEqual([['note', 'import']]);
  });

  it('has no line in the log when nothing of it was taken in', async () => {
    const { imports, calls, handlers, go, over } = held({ taken: [] });
    await handlers['imports.list'](null);
    const answer = handlers['imports.adopt']({ path: PATH });
    await imports.began;
    await handlers['call.cancel']({ call: 'imports.adopt', path: PATH });
    expect(await answer).toMatchObject({ ok: true, value: { services: [] } });
    go();
    await over;
    await new Promise(setImmediate);
    expect(calls).toEqual([]);
  });

  it('[C59] is ended all the same, and the answer says so', async () => {
    const { imports, calls, handlers, go } = held();
    await handlers['imports.list'](null);
    const answer = handlers['imports.remove']({ path: PATH });
    await imports.began;
    await handlers['call.cancel']({ call: 'imports.remove', path: PATH });
    expect(await answer).toMatchObject({ ok: false, problem: { reason: 'cancelled' } });
    expect(JSON.stringify(await answer)).toContain(
      'It goes on: the file is deleted when Globus has confirmed',
    );
    go();
    await expect.poll(() => calls).toEqual([['note', 'import-removed']]);
  });
});

/** An adopting, and an end, that go on when the test says so; `taken` are in the vault before that. */
function held({ taken = ['flows.globus.org'] }: { taken?: readonly string[] } = {}) {
  const signals: AbortSignal[] = [];
  let go = (): void => undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  let begin = (): void => undefined;
  const began = new Promise<void>((resolve) => (begin = resolve));
  const imports: Pick<Imports, 'found' | 'adopt' | 'remove'> = {
    found: () => Promise.resolve([FILE]),
    async adopt(_path, _named, { signal, onTaken } = {}) {
      if (signal !== undefined) signals.push(signal);
      for (const server of taken) onTaken?.(server);
      begin();
      await gate;
      const adopted = taken.map((resourceServer) => ({ account: 'ada@uni.example', resourceServer }));
      return { ok: true, value: { adopted, already: 0, ended: [], signIn: [], problem: null } };
    },
    async remove() {
      begin();
      await gate;
      return { ok: true, value: { path: PATH, revoked: 2, kept: 1 } };
    },
  };
  const { handlers, calls } = setup({}, { imports: { open: () => Promise.resolve(imports) } });
  return { imports: { began }, signals, calls, handlers, go: () => go(), over: gate };
}
