import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attempt, FLOWS_PREFIX, refresh, signIn, type TokenEntry } from '../../support/native-app.ts';
import { HIGH_ASSURANCE_FLOW_ID, HIGH_ASSURANCE_POLICY_ID } from '../flows/seed.ts';
import { startSandbox } from '../index.ts';
import type { Sandbox } from '../types.ts';
import { approveInProcess } from '../visitor.ts';

const LINKED_ID = '44444444-4444-4444-8444-444444444444';
const VIEW = `${FLOWS_PREFIX}view_flows`;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

/** 200 when the token's session satisfies the policy of the High Assurance flow, else 403. */
async function statusWith(entry: TokenEntry): Promise<number> {
  const headers = { authorization: `Bearer ${entry.access_token}` };
  return (await fetch(`${sandbox.flows.origin}/flows/${HIGH_ASSURANCE_FLOW_ID}`, { headers })).status;
}

async function loginPage(changes: Record<string, string>): Promise<string> {
  return (await fetch(attempt(sandbox, 'openid', changes).url)).text();
}

async function claims(changes: Record<string, string>, username?: string) {
  const { body } = await signIn(sandbox, 'openid', changes, username === undefined ? {} : { username });
  return JSON.parse(Buffer.from(body.id_token?.split('.')[1] ?? '', 'base64url').toString()) as {
    sub: string;
    identity_set: { sub: string; last_authentication: number | null }[];
  };
}

it('satisfies a policy for the new tokens alone: neither old ones nor their refreshes', async () => {
  const { body: before } = await signIn(sandbox, VIEW);
  expect(await statusWith(before)).toBe(403);
  const { body: after } = await signIn(sandbox, VIEW, {
    session_required_policies: HIGH_ASSURANCE_POLICY_ID,
  });
  expect(await statusWith(after)).toBe(200);
  expect(await statusWith(before)).toBe(403);
  expect(await statusWith((await (await refresh(sandbox, before)).json()) as TokenEntry)).toBe(403);
  expect(await statusWith((await (await refresh(sandbox, after)).json()) as TokenEntry)).toBe(200);
});

describe('a required identity', () => {
  it.each([LINKED_ID, 'ada@clinic.example', `urn:globus:auth:identity:${LINKED_ID}`])(
    'may be the linked identity %s, and the account stays the same',
    async (identity) => {
      const { sub, identity_set } = await claims({ session_required_identities: identity });
      expect(sub).toBe(sandbox.users[0]?.sub);
      expect(identity_set.find((entry) => entry.sub === LINKED_ID)?.last_authentication).toBeGreaterThan(0);
      expect(identity_set.find((entry) => entry.sub === sub)?.last_authentication).toBeNull();
    },
  );

  it('is asked for one after the other when there are several', async () => {
    const both = `${sandbox.users[0]?.sub ?? ''},${LINKED_ID}`;
    const { identity_set } = await claims({ session_required_identities: both });
    expect(identity_set.every(({ last_authentication }) => last_authentication !== null)).toBe(true);
  });

  it('hides and refuses everybody else', async () => {
    const page = await loginPage({ session_required_identities: LINKED_ID });
    expect(page.match(/data-test="user-[^"]+"/g)).toEqual(['data-test="user-ada@clinic.example"']);
    const response = await fetch(`${sandbox.auth.origin}/v2/web/login`, {
      method: 'POST',
      body: new URLSearchParams({
        transaction: /name="transaction" value="([^"]+)"/.exec(page)?.[1] ?? '',
        username: 'grace@lab.example',
      }),
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('asked for another identity');
  });
});

it('takes any identity of a required domain', async () => {
  const page = await loginPage({ session_required_single_domain: 'clinic.example,nowhere.example' });
  expect(page.match(/data-test="user-[^"]+"/g)).toEqual([
    'data-test="user-alan@clinic.example"',
    'data-test="user-ada@clinic.example"',
  ]);
  expect(await loginPage({ session_required_single_domain: 'nowhere.example' })).toContain(
    'Nobody in this sandbox',
  );
});

describe('a required second factor', () => {
  it.each(['true', 'True'])('must be ticked when sent as "%s" with a domain', async (value) => {
    const changes = { session_required_mfa: value, session_required_single_domain: 'lab.example' };
    const page = await loginPage(changes);
    expect(page).toMatch(/name="mfa" value="yes" required/);
    const response = await fetch(`${sandbox.auth.origin}/v2/web/login`, {
      method: 'POST',
      body: new URLSearchParams({
        transaction: /name="transaction" value="([^"]+)"/.exec(page)?.[1] ?? '',
        username: 'grace@lab.example',
      }),
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('The app asked for a second factor.');
    expect(await approveInProcess(attempt(sandbox, 'openid', changes).url)).toContain('code=');
  });

  it('means nothing without an identity or a domain', async () => {
    expect(await loginPage({ session_required_mfa: 'true' })).not.toContain('required data-test');
  });
});

it('lets autoApprove meet the demands as well', async () => {
  const own = await startSandbox({ autoApprove: true });
  const { body } = await signIn(own, VIEW, { session_required_policies: HIGH_ASSURANCE_POLICY_ID });
  const headers = { authorization: `Bearer ${body.access_token}` };
  const response = await fetch(`${own.flows.origin}/flows/${HIGH_ASSURANCE_FLOW_ID}`, { headers });
  await own.close();
  expect(response.status).toBe(200);
});
