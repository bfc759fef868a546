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
      ['adopt', PATH, null],
      ['remove', PATH, null],
    ]);
    expect(calls).toEqual([
      ['note', 'import'],
      ['note', 'import-removed'],
    ]);
  });
});
