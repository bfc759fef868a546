import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MemorySettingsStore } from '../../../main/settings/store.ts';
import { SIGN_IN_DEADLINE_MS } from '../../../main/tokens/sign-in.ts';
import { startSandbox } from '../../sandbox/index.ts';
import { sandboxAgents } from '../../support/sandbox-agents.ts';
import { FakeClock } from '../../support/agent-parts.ts';
import { until } from '../../support/until.ts';
import { FlakyVault } from '../../support/flaky-vault.ts';
import {
  ALL_SCOPES,
  type SandboxAgent,
  sandboxAgent,
  scopeOf,
  withMetadata,
} from '../../support/sandbox-agent.ts';

const rig = sandboxAgents();

/** Requests to the token endpoint with this grant type, logged while `run` ran. */
async function tokenRequestsDuring(run: () => Promise<unknown>): Promise<Record<string, string>[]> {
  const from = rig.sandbox.log.length;
  await run();
  return rig.sandbox.log
    .slice(from)
    .filter((line) => line.path === '/v2/oauth2/token')
    .map((line) => line.form ?? {});
}

const everything = { scopes: ALL_SCOPES, way: 'browser' } as const;

describe('signing in', () => {
  it('[C1] hands the authorize URL to the system browser and makes six scopes ready', async () => {
    const { agent, opened } = rig.make();
    expect(await agent.signIn(everything)).toEqual({ ok: true, value: null });
    expect(opened).toHaveLength(1);
    expect(new URL(opened[0] ?? '').origin).toBe(rig.sandbox.auth.origin);
    expect(agent.snapshot().scopes.map((one) => one.state)).toEqual(Array(6).fill('ready'));
  });

  it('[C4] [C14] sends the same redirect_uri twice, byte for byte, and no secret', async () => {
    const { agent, opened } = rig.make();
    const [form] = await tokenRequestsDuring(() => agent.signIn(everything));
    const redirect = new URL(opened[0] ?? '').searchParams.get('redirect_uri');
    expect(redirect).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(form?.['redirect_uri']).toBe(redirect);
    expect(Object.keys(form ?? {}).sort()).toEqual([
      'client_id',
      'code',
      'code_verifier',
      'grant_type',
      'redirect_uri',
    ]);
  });

  it('[C7] [C8] uses a new state, nonce and S256 challenge each time', async () => {
    const { agent, opened } = rig.make();
    await agent.signIn(everything);
    await agent.signIn(everything);
    const [one, two] = opened.map((url) => new URL(url).searchParams);
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(one?.get(name)).not.toBe(two?.get(name));
      expect(Buffer.from(one?.get(name) ?? '', 'base64url').length).toBeGreaterThanOrEqual(16);
    }
    expect(one?.get('code_challenge_method')).toBe('S256');
  });

  it('[C8] keeps a new verifier of 43 to 128 characters back, and proves the challenge with it', async () => {
    const verifiers: string[] = [];
    const { agent, opened } = rig.make({
      fetch: (url, init) => {
        const form = String(url).endsWith('/v2/oauth2/token')
          ? new URLSearchParams(formOf(init?.body))
          : null;
        if (form !== null) verifiers.push(form.get('code_verifier') ?? '');
        return fetch(url, init);
      },
    });
    await agent.signIn(everything);
    await agent.signIn(everything);
    expect(new Set(verifiers).size).toBe(2);
    for (const [index, verifier] of verifiers.entries()) {
      expect(verifier).toMatch(/^[\w.~-]{43,128}$/);
      expect(opened[index]).not.toContain(verifier);
      const challenge = new URL(opened[index] ?? '').searchParams.get('code_challenge');
      expect(challenge).toBe(createHash('sha256').update(verifier).digest('base64url'));
    }
  });

  it('[C8] tries no second time when the exchange is refused, with another kind of proof or without', async () => {
    const { agent, opened } = rig.make();
    rig.sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'invalid_grant_400', times: 1 });
    const forms = await tokenRequestsDuring(() => agent.signIn(everything));
    expect(forms.map((form) => 'code_verifier' in form)).toEqual([true]);
    expect(opened).toHaveLength(1);
  });

  it('[C8] uses PKCE S256 also when the metadata lists no method, or only plain', async () => {
    for (const methods of [undefined, ['plain']]) {
      const { agent, opened } = rig.make({
        fetch: withMetadata({ code_challenge_methods_supported: methods }),
      });
      const [form] = await tokenRequestsDuring(() => agent.signIn(everything));
      const parameters = new URL(opened[0] ?? '').searchParams;
      expect(parameters.get('code_challenge_method')).toBe('S256');
      expect(form?.['code_verifier']).toBeDefined();
      expect(parameters.get('code_challenge')).toHaveLength(createHash('sha256').digest('base64url').length);
    }
  });

  it('[C15] asks for the ticked scopes and the identity, and nothing else', async () => {
    const { agent, opened } = rig.make();
    await agent.signIn({ scopes: [scopeOf('view_flows')], way: 'browser' });
    const parameters = new URL(opened[0] ?? '').searchParams;
    expect(new Set(parameters.get('scope')?.split(' '))).toEqual(
      new Set(['openid', 'profile', 'email', scopeOf('view_flows')]),
    );
    expect(parameters.get('access_type')).toBe('offline');
    expect(parameters.get('prefill_named_grant')).toBe('Globus Token Tray on lab-pc');
    expect(agent.snapshot().scopes.map((one) => one.state)).toEqual([
      'ready',
      ...Array<string>(5).fill('needs-consent'),
    ]);
  });

  it('[C15] shows which scopes were asked for and not granted', async () => {
    const { agent } = rig.make();
    rig.sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'fewer_scopes', times: 1 });
    await agent.signIn(everything);
    const { signIn } = agent.snapshot();
    if (signIn.phase !== 'done') throw new Error(`not done but ${signIn.phase}`);
    expect(signIn.missing.length).toBeGreaterThan(0);
    expect([...signIn.granted, ...signIn.missing].sort()).toEqual(
      ['all', 'manage_flows', 'run', 'run_manage', 'run_status', 'view_flows'].sort(),
    );
  });

  it('[C3] lets two apps sign in at the same time', async () => {
    const [one, two] = [rig.make(), rig.make()];
    const results = await Promise.all([one.agent.signIn(everything), two.agent.signIn(everything)]);
    expect(results.every((result) => result.ok)).toBe(true);
  });

  it('refuses a second sign-in while one waits', async () => {
    const { agent } = rig.make({ openBrowser: () => Promise.resolve() });
    const first = agent.signIn(everything);
    await waiting(agent);
    expect(await agent.signIn(everything)).toMatchObject({ ok: false, problem: { reason: 'busy' } });
    agent.cancelSignIn();
    await first;
  });
});

describe('a sign-in that does not succeed', () => {
  it('says so after Deny, keeps nothing, and can be tried again', async () => {
    const made = rig.make();
    made.visit.deny = true;
    const forms = await tokenRequestsDuring(async () => {
      expect(await made.agent.signIn(everything)).toMatchObject({ ok: false, problem: { reason: 'denied' } });
    });
    expect(forms).toEqual([]);
    expect(made.pages[0]).toContain('access_denied');
    expect(made.settings.get().grants).toEqual([]);
    made.visit.deny = false;
    expect((await made.agent.signIn(everything)).ok).toBe(true);
  });

  it('[C5] stops listening and goes back to idle on Cancel', async () => {
    const { agent, opened } = rig.make({
      openBrowser: (url) => {
        opened2.push(url);
        return Promise.resolve();
      },
    });
    const opened2 = opened;
    const attempt = agent.signIn(everything);
    await waiting(agent);
    const redirect = new URL(opened[0] ?? '').searchParams.get('redirect_uri') ?? '';
    agent.cancelSignIn();
    expect(await attempt).toEqual({ ok: true, value: null });
    expect(agent.snapshot().signIn).toEqual({ phase: 'idle' });
    await expect(fetch(redirect)).rejects.toThrow();
  });

  it.each([
    ['success', false],
    ['an error', true],
  ])('[C5] stops listening within 1 s of %s', async (_what, deny) => {
    const made = rig.make();
    made.visit.deny = deny;
    let answered = 0;
    made.visit.redirect = (url) => {
      answered = performance.now();
      return url;
    };
    expect((await made.agent.signIn(everything)).ok).toBe(!deny);
    const redirect = new URL(made.opened[0] ?? '').searchParams.get('redirect_uri') ?? '';
    await expect(fetch(redirect)).rejects.toThrow();
    expect(performance.now() - answered).toBeLessThan(1_000);
  });

  it('[C5] stops listening when nobody comes back in time (Globus’s error pages never redirect)', async () => {
    const clock = new FakeClock();
    const opened: string[] = [];
    const { agent } = rig.make({
      clock,
      clientId: '00000000-0000-4000-8000-00000000dead',
      openBrowser: async (url) => {
        opened.push(url);
        const page = await fetch(url, { redirect: 'manual' });
        expect(page.status).toBeGreaterThanOrEqual(400);
        expect(page.headers.get('location')).toBeNull();
      },
    });
    const attempt = agent.signIn(everything);
    await waiting(agent);
    clock.advance(SIGN_IN_DEADLINE_MS);
    expect(await attempt).toMatchObject({ ok: false, problem: { reason: 'timeout' } });
    const redirect = new URL(opened[0] ?? '').searchParams.get('redirect_uri') ?? '';
    await expect(fetch(redirect)).rejects.toThrow();
  });

  it('meets an unknown scope on a page that does not redirect, and can be cancelled', async () => {
    const pages: string[] = [];
    const { agent } = rig.make({
      openBrowser: async (url) => {
        pages.push(await (await fetch(url, { redirect: 'manual' })).text());
      },
    });
    const attempt = agent.signIn({
      scopes: [...ALL_SCOPES, 'https://auth.globus.org/scopes/gone/flow_gone_user'],
      way: 'browser',
    });
    await waiting(agent, () => pages.length > 0);
    agent.cancelSignIn();
    await attempt;
    expect(pages[0]).toContain('UNKNOWN_SCOPE_ERROR');
  });

  it('[C7] makes no token request for a missing, wrong or repeated state', async () => {
    for (const break_ of [
      (url: URL) => url.searchParams.delete('state'),
      (url: URL) => url.searchParams.set('state', 'wrong'),
      (url: URL) => url.searchParams.append('state', url.searchParams.get('state') ?? ''),
    ]) {
      const made = rig.make();
      made.visit.redirect = (url) => {
        break_(url);
        return url;
      };
      const forms = await tokenRequestsDuring(async () => {
        const attempt = made.agent.signIn(everything);
        await waiting(made.agent, () => made.pages.length > 0);
        made.agent.cancelSignIn();
        await attempt;
      });
      expect(forms).toEqual([]);
    }
  });

  it('[C7] makes one token request for an answer that comes twice', async () => {
    const made = rig.make();
    const pages: Promise<string>[] = [];
    made.visit.redirect = (url) => {
      // Both are under way before the exchange can have ended the sign-in.
      pages.push(...[0, 1].map(() => fetch(url).then((page) => page.text(), String)));
      return null;
    };
    const forms = await tokenRequestsDuring(async () => {
      expect((await made.agent.signIn(everything)).ok).toBe(true);
      await Promise.all(pages);
    });
    expect(forms).toHaveLength(1);
    expect((await Promise.all(pages)).filter((page) => page.includes('Back to Globus'))).toHaveLength(1);
  });

  it.each([
    ['a foreign iss', 'https://evil.example', {}],
    ['an empty iss', '', {}],
    [
      'no iss though the metadata announces it',
      null,
      { authorization_response_iss_parameter_supported: true },
    ],
  ])('[C9] aborts on %s, before any token request', async (_what, iss, metadata) => {
    const made = rig.make({ fetch: withMetadata(metadata) });
    made.visit.redirect = (url) => {
      url.searchParams.delete('iss');
      if (iss !== null) url.searchParams.set('iss', iss);
      return url;
    };
    const forms = await tokenRequestsDuring(async () => {
      expect(await made.agent.signIn(everything)).toMatchObject({
        ok: false,
        problem: { reason: 'untrusted' },
      });
    });
    expect(forms).toEqual([]);
  });

  it.each([
    ['another issuer', { issuer: 'https://evil.example' }],
    ['a token endpoint elsewhere', { token_endpoint: 'https://evil.example/token' }],
    ['keys elsewhere', { jwks_uri: 'https://evil.example/jwk.json' }],
    ['no revocation endpoint', { revocation_endpoint: undefined }],
  ])('[C10] refuses metadata with %s before the browser opens', async (_what, metadata) => {
    const { agent, opened } = rig.make({ fetch: withMetadata(metadata) });
    expect(await agent.signIn(everything)).toMatchObject({ ok: false, problem: { reason: 'untrusted' } });
    expect(opened).toEqual([]);
  });

  it.each(['signature', 'issuer', 'audience', 'expired', 'nonce', 'alg_none'] as const)(
    '[C12] refuses an id token with a wrong %s and keeps nothing',
    async (flaw) => {
      const { agent, settings } = rig.make();
      rig.sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'id_token', flaw, times: 1 });
      expect(await agent.signIn(everything)).toMatchObject({ ok: false, problem: { reason: 'untrusted' } });
      expect(settings.get().grants).toEqual([]);
      expect(agent.snapshot().account).toBeNull();
    },
  );

  it('[C12] judges the end of an id token by the injected clock', async () => {
    const past = Date.now() - 30 * 24 * 3_600_000;
    const own = await startSandbox({ startAt: past });
    const made = sandboxAgent(own, { clock: new FakeClock(past) });
    const late = sandboxAgent(own, { clock: new FakeClock(past + 10 * 24 * 3_600_000) });
    try {
      expect((await made.agent.signIn(everything)).ok).toBe(true);
      expect(await late.agent.signIn(everything)).toMatchObject({
        ok: false,
        problem: { reason: 'untrusted' },
      });
    } finally {
      made.agent.close();
      late.agent.close();
      await own.close();
    }
  });

  it('[C12] accepts an id token without a nonce, and notes it', async () => {
    const { agent, log } = rig.make();
    rig.sandbox.addFault({
      host: 'auth',
      path: '/v2/oauth2/token',
      kind: 'id_token',
      flaw: 'no_nonce',
      times: 1,
    });
    expect((await agent.signIn(everything)).ok).toBe(true);
    expect(log.lines.some((line) => line.message.includes('nonce'))).toBe(true);
  });

  it.each([
    ['status', { status: 502 }, 'unavailable'],
    ['status', { status: 429, retryAfter: 3 }, 'unavailable'],
    ['broken_json', {}, 'unavailable'],
    ['cut', {}, 'unavailable'],
    ['invalid_grant_401', {}, 'code'],
    ['invalid_grant_400', {}, 'code'],
  ] as const)(
    'keeps nothing and names the cause when the exchange meets %s %o',
    async (kind, more, reason) => {
      const { agent, settings } = rig.make();
      rig.sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind, times: 1, ...more });
      const result = await agent.signIn(everything);
      expect(result.ok ? 'ok' : ['network', result.problem.reason]).toContain(
        kind === 'cut' ? 'network' : reason,
      );
      expect(settings.get().grants).toEqual([]);
      expect((await agent.signIn(everything)).ok).toBe(true);
    },
  );

  it('[C13] refuses another account, revokes its tokens and keeps the stored one', async () => {
    const made = rig.make();
    await made.agent.signIn(everything);
    const before = made.settings.get().grants;
    made.visit.username = rig.sandbox.users[1]?.username ?? '';
    const from = rig.sandbox.log.length;
    expect(await made.agent.signIn(everything)).toMatchObject({
      ok: false,
      problem: { reason: 'other-account' },
    });
    expect(made.settings.get().grants).toEqual(before);
    const revoked = rig.sandbox.log.slice(from).filter((line) => line.path === '/v2/oauth2/token/revoke');
    expect(revoked).toHaveLength(4);
    expect(made.agent.snapshot().scopes.every((one) => one.state === 'ready')).toBe(true);
  });

  it('[C26] does not open the browser while the vault cannot take a token', async () => {
    const vault = new FlakyVault();
    vault.trouble = 'missing';
    const { agent, opened } = rig.make({ vault });
    expect((await agent.signIn(everything)).ok).toBe(false);
    expect(opened).toEqual([]);
  });

  it('[C26] [C27] keeps and leaks nothing when the vault locks during the sign-in', async () => {
    const vault = new FlakyVault();
    const made = rig.make({ vault });
    made.visit.redirect = (url) => {
      vault.writeTrouble = 'locked';
      return url;
    };
    const from = rig.sandbox.log.length;
    expect((await made.agent.signIn(everything)).ok).toBe(false);
    expect(made.settings.get().grants).toEqual([]);
    expect(rig.sandbox.log.slice(from).filter((line) => line.path.endsWith('/revoke')).length).toBe(4);
    expect(made.agent.snapshot().scopes.every((one) => one.state === 'needs-sign-in')).toBe(true);
  });

  it('keeps nothing when the settings cannot be written', async () => {
    const clientId = [...rig.sandbox.clients][0] ?? '';
    const settings = new MemorySettingsStore({ clientId, scopeEntries: ALL_SCOPES });
    settings.update = () => {
      throw new Error('disk full');
    };
    const { agent } = rig.make({ settings });
    expect(await agent.signIn(everything)).toMatchObject({ ok: false, problem: { reason: 'settings' } });
  });
});

describe('the paste-the-code way', () => {
  it('signs in with the code that the page shows, and the page’s own redirect_uri', async () => {
    const { approveInProcess } = await import('../../sandbox/visitor.ts');
    let code = '';
    const { agent } = rig.make({
      openBrowser: async (url) => {
        code = await approveInProcess(url);
      },
    });
    const [form] = await tokenRequestsDuring(async () => {
      const attempt = agent.signIn({ scopes: ALL_SCOPES, way: 'paste' });
      await waiting(agent, () => code !== '');
      expect(agent.submitCode(`  ${code}\n`)).toBe(true);
      expect(await attempt).toEqual({ ok: true, value: null });
    });
    expect(form?.['redirect_uri']).toBe(`${rig.sandbox.auth.origin}/v2/web/auth-code`);
    expect(agent.snapshot().scopes.every((one) => one.state === 'ready')).toBe(true);
  });

  it('names a wrong code for what it is, and works where no browser can be opened', async () => {
    const { agent } = rig.make({ openBrowser: () => Promise.reject(new Error('no browser')) });
    const attempt = agent.signIn({ scopes: ALL_SCOPES, way: 'paste' });
    await waiting(agent);
    agent.submitCode('not-a-code');
    expect(await attempt).toMatchObject({ ok: false, problem: { reason: 'code' } });
    expect(agent.submitCode('late')).toBe(false);
  });
});

function formOf(body: unknown): string {
  return body instanceof URLSearchParams || typeof body === 'string' ? body.toString() : '';
}

/** Resolves once the attempt waits for the browser (and `also` holds). */
function waiting(agent: SandboxAgent['agent'], also: () => boolean = () => true): Promise<void> {
  return until(agent, () => agent.snapshot().signIn.phase === 'waiting' && also());
}
