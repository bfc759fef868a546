/**
 * The Globus deployments this program can speak to (GLOBUS.md §1.1). They are compiled in: no setting,
 * flag or variable points production or preview at another host.
 */
export type EnvironmentName = 'production' | 'preview' | 'demo';

export interface Environment {
  readonly name: EnvironmentName;
  /** Shown to people: "Globus", "Globus preview", "Demo (fake Globus)". */
  readonly label: string;
  /** OpenID issuer and origin of every Auth endpoint; no trailing slash. */
  readonly issuer: string;
  /** Origin of the Flows API; no trailing slash. */
  readonly flows: string;
  /** Origin of the web app, for links that people open; null where there is none. */
  readonly webApp: string | null;
  /** True only for the fake Globus on loopback: the one place where plain http is allowed. */
  readonly fake: boolean;
}

export const PRODUCTION: Environment = {
  name: 'production',
  label: 'Globus',
  issuer: 'https://auth.globus.org',
  flows: 'https://flows.automate.globus.org',
  webApp: 'https://app.globus.org',
  fake: false,
};

export const PREVIEW: Environment = {
  name: 'preview',
  label: 'Globus preview',
  issuer: 'https://auth.preview.globus.org',
  flows: 'https://preview.flows.automate.globus.org',
  webApp: 'https://app.preview.globus.org',
  fake: false,
};

/**
 * The demo environment takes two ports and nothing else, so that plain http can only ever mean the
 * loopback literal 127.0.0.1.
 */
export function demoEnvironment(ports: { auth: number; flows: number }): Environment {
  return {
    name: 'demo',
    label: 'Demo (fake Globus)',
    issuer: loopbackOrigin(ports.auth),
    flows: loopbackOrigin(ports.flows),
    webApp: null,
    fake: true,
  };
}

function loopbackOrigin(port: number): string {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new RangeError(`a demo port must be a number from 1 to 65535, got ${String(port)}`);
  }
  return `http://127.0.0.1:${port}`;
}

/**
 * Origins that a token of this resource server may be sent to, the usual one first (CHECKLIST 17). None for
 * flows and collections, whose resource server is a bare ID: what an ID is, only the scope says (`origins.ts`).
 */
export function originsOf(environment: Environment, resourceServer: string): readonly string[] {
  if (resourceServer === 'auth.globus.org') return [environment.issuer];
  if (resourceServer === 'flows.globus.org') return flowsOrigins(environment);
  const hosts = SERVICE_HOSTS[environment.name];
  return Object.hasOwn(hosts, resourceServer) ? (hosts[resourceServer] ?? []) : [];
}

/** The Flows API answers on two hosts in production (GLOBUS.md §0.10). */
export function flowsOrigins(environment: Environment): readonly string[] {
  return environment.name === 'production'
    ? [environment.flows, 'https://flows.globus.org']
    : [environment.flows];
}

/**
 * Hosts of the other services: those of the official SDKs, and of the action providers in GLOBUS.md §7. The
 * Transfer providers take the token of Transfer. Preview lacks what no source names; the demo has no others.
 */
const SERVICE_HOSTS: Record<EnvironmentName, Readonly<Record<string, readonly string[]>>> = {
  production: {
    'transfer.api.globus.org': ['https://transfer.api.globus.org', 'https://transfer.actions.globus.org'],
    'groups.api.globus.org': ['https://groups.api.globus.org'],
    'search.api.globus.org': ['https://search.api.globus.org'],
    '524230d7-ea86-4a52-8312-86065a9e0417': ['https://timer.automate.globus.org'],
    funcx_service: ['https://compute.api.globus.org'],
    'actions.globus.org': ['https://actions.globus.org'],
    '5fac2e64-c734-4e6b-90ea-ff12ddbf9653': ['https://actions.globus.org'],
    'transfer.actions.globus.org': ['https://transfer.actions.globus.org'],
  },
  preview: {
    'transfer.api.globus.org': ['https://transfer.api.preview.globus.org'],
    'groups.api.globus.org': ['https://groups.api.preview.globus.org'],
    'search.api.globus.org': ['https://search.api.preview.globus.org'],
  },
  demo: {},
};

/** Pages that people, not programs, open in a browser. */
export const HELP_PAGES = {
  registerApp: 'https://app.globus.org/settings/developers/registration/public_installed_client',
  consents: 'https://auth.globus.org/v2/web/consents',
  flowsScopes: 'https://docs.globus.org/api/flows/auth',
} as const;
