import { describe, expect, it, vi } from 'vitest';
import type { AdoptOptions } from '../../../main/imports/types.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { foreignSignIn, registerInstance } from '../../support/foreign-sign-in.ts';
import { TRANSFER_ALL } from '../../support/native-app.ts';
import { FLOWS_SERVER, type ImportRig, rigPerTest, VIEW_FLOWS } from './rig.ts';

// A sandbox on a busy machine.
vi.setConfig({ testTimeout: 20_000 });

const ADA = '11111111-1111-4111-8111-111111111111';
const SCOPES = `openid profile email ${VIEW_FLOWS} ${TRANSFER_ALL}`;
/** Milliseconds for which a renewal is held; the test waits for what comes, not for this. */
const HELD = 1_000;

let sandbox: Sandbox;
let rig: ImportRig;
rigPerTest((made) => {
  rig = made;
  sandbox = made.sandbox;
});

/** Adopts, and ends it when the so-maniest grant is in the vault. */
async function endedAfter(path: string, count: number) {
  const abort = new AbortController();
  const taken: string[] = [];
  const options: AdoptOptions = {
    signal: abort.signal,
    onTaken: (server) => {
      taken.push(server);
      if (taken.length === count) abort.abort();
    },
  };
  return { result: await rig.imports.adopt(path, null, options), taken };
}

describe('adopting that somebody ends', () => {
  it('[C22] keeps what came, whole, and leaves the rest in the file, unspent', async () => {
    const tokens = await foreignSignIn(sandbox, SCOPES, undefined, ADA);
    const path = rig.sdkFile(tokens);
    const { result, taken } = await endedAfter(path, 1);
    expect(taken).toHaveLength(1);
    expect(result).toMatchObject({
      ok: true,
      value: { adopted: [{ resourceServer: taken[0] }], signIn: [] },
    });
    expect(rig.spent()).toBe(1);
    expect(rig.agent.snapshot().accounts).toMatchObject([{ sub: ADA }]);
    // The rest can be had at the next try, and nothing is spent twice.
    const again = await rig.imports.adopt(path, null);
    expect(again).toMatchObject({ ok: true, value: { already: 1, problem: null } });
    expect(rig.spent()).toBe(Object.keys(tokens).length);
  });

  it('[C22] keeps the token that a renewal under way brings, though it replaced the one in the file', async () => {
    const { [FLOWS_SERVER]: flows } = await foreignSignIn(sandbox, `openid ${VIEW_FLOWS}`, undefined, ADA);
    if (flows === undefined) throw new Error('no token for flows');
    const path = rig.sdkFile({ [FLOWS_SERVER]: flows });
    sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'rotate' });
    sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'slow', milliseconds: HELD });
    const abort = new AbortController();
    const adopting = rig.imports.adopt(path, null, { signal: abort.signal });
    await rig.renewalAsked();
    abort.abort();
    // A look does not wait for it.
    const looked = await Promise.race([rig.imports.look(path), adopting.then(() => 'adopted first')]);
    expect(looked).toMatchObject({ holdings: [{ ours: true }] });
    expect(await adopting).toMatchObject({
      ok: true,
      value: { adopted: [{ resourceServer: FLOWS_SERVER }], problem: null },
    });
    sandbox.clearFaults();
    expect(await rig.agent.renew(VIEW_FLOWS)).toEqual({ ok: true, value: null });
    expect(await rig.renews(flows.refresh_token ?? '')).toBe(false);
  });

  it('before its turn came spends nothing, and puts nothing on the list', async () => {
    const own = rig.sdkFile(await foreignSignIn(sandbox, SCOPES, undefined, ADA));
    const instance = registerInstance(sandbox);
    const foreign = rig.cliFile({
      'userprofile/demo': { instance, tokens: await foreignSignIn(sandbox, SCOPES, instance), sub: ADA },
    });
    for (const path of [own, foreign]) {
      const result = await rig.imports.adopt(path, null, { signal: AbortSignal.abort() });
      expect(result).toMatchObject({ ok: true, value: { adopted: [], signIn: [], problem: null } });
    }
    expect(rig.spent()).toBe(0);
    expect(rig.agent.snapshot().scopes).toEqual([]);
  });
});
