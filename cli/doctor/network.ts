import { durationText } from '../duration.ts';
import { number, text } from '../output.ts';
import { proxyFor, proxyVariable } from '../proxy.ts';
import { type Check, type DoctorParts, fail, type Finding, type Host, ok, skipped, warn } from './types.ts';

/** Of which the real service is (GLOBUS.md §1.1); a demo has its hosts on this machine. */
export function globusHosts(environment: string): readonly Host[] | null {
  if (environment === 'production') {
    return [
      { origin: 'https://auth.globus.org', why: 'sign-ins and renewals' },
      { origin: 'https://flows.automate.globus.org', why: 'the list of flows' },
      { origin: 'https://flows.globus.org', why: 'the list of flows' },
    ];
  }
  if (environment !== 'preview') return null;
  return [
    { origin: 'https://auth.preview.globus.org', why: 'sign-ins and renewals' },
    { origin: 'https://preview.flows.automate.globus.org', why: 'the list of flows' },
  ];
}

/** Whether Globus can be reached from here, and what stands between. */
export const networkCheck: Check = {
  name: 'network',
  exit: 'network',
  async run(parts, signal) {
    const hosts = await hostsOf(parts);
    if (hosts.kind === 'none') return [skipped(hosts.why)];
    const findings = await Promise.all(hosts.hosts.map((host) => hostFinding(parts, host, signal)));
    const proxy = proxyFinding(parts);
    return [...(proxy === null ? [] : [proxy]), ...findings];
  },
};

/** Whether this machine's clock agrees with Globus's: a wrong one makes tokens look alive or dead. */
export const clockCheck: Check = {
  name: 'clock',
  exit: 'network',
  async run(parts, signal) {
    const state = await parts.status;
    const known = state.kind === 'answers' ? number(state.status, 'clock_skew') : null;
    if (known !== null) return [skewFinding(known)];
    const hosts = await hostsOf(parts);
    if (hosts.kind === 'none') return [skipped(hosts.why)];
    const [first] = hosts.hosts;
    // Who cannot be reached is the network's finding.
    const reached = first === undefined ? null : await parts.reach(first.origin, signal).catch(() => null);
    if (reached?.date == null) return [skipped('Globus did not tell its time')];
    return [skewFinding((reached.date - reached.at) / 1_000)];
  },
};

/** The Date header has whole seconds, and a bad line adds some. */
const TOLERATED = 30;
/** Globus's own answers are refused by then: an id token would be from the future, or over. */
const TOO_MUCH = 300;

/** @param seconds that Globus is ahead of us */
function skewFinding(seconds: number): Finding {
  const by = durationText(Math.abs(seconds));
  if (Math.abs(seconds) <= TOLERATED) return ok('as Globus’s');
  const says = `${by} ${seconds > 0 ? 'behind' : 'ahead of'} Globus’s`;
  const next = 'Set the clock, or have it set: timedatectl set-ntp true';
  return Math.abs(seconds) > TOO_MUCH ? fail('failed', says, next) : warn(says, next);
}

type Hosts = { kind: 'some'; hosts: readonly Host[] } | { kind: 'none'; why: string };

async function hostsOf({ offline, status, hosts }: DoctorParts): Promise<Hosts> {
  if (offline) return { kind: 'none', why: '--offline' };
  const state = await status;
  const environment = state.kind === 'answers' ? text(state.status, 'environment') : 'production';
  const found = hosts(environment);
  if (found !== null) return { kind: 'some', hosts: found };
  return { kind: 'none', why: `the agent’s environment is ${environment}, which needs no Globus` };
}

async function hostFinding(parts: DoctorParts, { origin, why }: Host, signal: AbortSignal): Promise<Finding> {
  const { hostname } = new URL(origin);
  try {
    await parts.reach(origin, signal);
    return ok(`${hostname} can be reached`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
    const [says, next] = explain(code, proxyFor(hostname, parts.env) !== null);
    return fail('network', `${hostname} (${why}) ${says}`, next);
  }
}

/** What a code of Node's or OpenSSL's means to a person. */
function explain(code: string, hasProxy: boolean): readonly [says: string, next: string] {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return [`has no address here (${code})`, 'Check the network and its name servers'];
  }
  if (code === 'PROXY_407') return ['is behind a proxy that wants a sign-in', 'Correct HTTPS_PROXY'];
  if (code.startsWith('PROXY_'))
    return [`is refused by the proxy (${code.slice(6)})`, 'Ask who runs the proxy'];
  if (/CERT|SIGNATURE|ISSUER|SSL|TLS/.test(code) || code === 'EPROTO') {
    return [
      `answers with a certificate that is not trusted (${code})`,
      'Something reads along: ask who runs the network, or set NODE_EXTRA_CA_CERTS',
    ];
  }
  const next = hasProxy ? 'Check the proxy in HTTPS_PROXY' : 'Check the network, or set HTTPS_PROXY';
  return [`cannot be reached (${code})`, next];
}

/** Its name and password are nobody's business. */
function proxyFinding({ env }: DoctorParts): Finding | null {
  const variable = proxyVariable(env);
  if (variable === null) return null;
  const [name] = variable;
  const proxy = proxyFor('auth.globus.org', env);
  if (proxy !== null) return ok(`through the proxy ${proxy.host} (${name})`);
  return warn(`${name} is set and not used`, `Check ${name} and NO_PROXY`);
}
