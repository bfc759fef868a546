import type { SandboxUser } from './types.ts';

/** The people of the sandbox; the first one is who signs in when nobody is named. Domains are RFC 2606's. */
export const SANDBOX_USERS: readonly SandboxUser[] = [
  {
    sub: '11111111-1111-4111-8111-111111111111',
    username: 'ada@uni.example',
    name: 'Ada Sandbox',
    email: 'ada@uni.example',
    organization: 'Sandbox University',
  },
  {
    sub: '22222222-2222-4222-8222-222222222222',
    username: 'grace@lab.example',
    name: 'Grace Sandbox',
    email: 'grace@lab.example',
    organization: 'Sandbox National Laboratory',
  },
  {
    sub: '33333333-3333-4333-8333-333333333333',
    username: 'alan@clinic.example',
    name: 'Alan Sandbox',
    email: 'alan@clinic.example',
    organization: 'Sandbox Clinic',
  },
];

/** One identity of an account: what a person signs in with. `account` is whose tokens come of it. */
export interface Identity extends SandboxUser {
  account: SandboxUser;
}

/**
 * Ada has a second, linked identity, because session rules may ask for an identity or a domain that is not
 * the account's primary one: she signs in with it and still gets tokens for the same `sub`.
 */
const LINKED: readonly { of: string; identity: SandboxUser }[] = [
  {
    of: 'ada@uni.example',
    identity: {
      sub: '44444444-4444-4444-8444-444444444444',
      username: 'ada@clinic.example',
      name: 'Ada Sandbox',
      email: 'ada@clinic.example',
      organization: 'Sandbox Clinic',
    },
  },
];

/** Every identity of these accounts, primary ones first. */
export function identitiesOf(users: readonly SandboxUser[]): readonly Identity[] {
  const linked = LINKED.flatMap(({ of, identity }) => {
    const account = users.find((user) => user.username === of);
    return account === undefined ? [] : [{ ...identity, account }];
  });
  return [...users.map((user) => ({ ...user, account: user })), ...linked];
}

/** The identity provider that an identity belongs to: made up, but the same one for the same domain. */
export function providerOf(identity: SandboxUser): { id: string; name: string } {
  const domain = identity.username.split('@')[1] ?? '';
  const digits = Buffer.from(domain).toString('hex').padEnd(12, '0').slice(0, 12);
  return { id: `5a4db000-0000-4000-8000-${digits}`, name: identity.organization };
}
