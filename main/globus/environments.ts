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

/** Hosts that a token of this resource server may be sent to (CHECKLIST 17). */
export function originsOf(environment: Environment, resourceServer: string): readonly string[] {
  if (resourceServer === 'auth.globus.org') return [environment.issuer];
  if (resourceServer === 'flows.globus.org') {
    return environment.name === 'production'
      ? [environment.flows, 'https://flows.globus.org']
      : [environment.flows];
  }
  return [];
}

/** Pages that people, not programs, open in a browser. */
export const HELP_PAGES = {
  registerApp: 'https://app.globus.org/settings/developers/registration/public_installed_client',
  consents: 'https://auth.globus.org/v2/web/consents',
  flowsScopes: 'https://docs.globus.org/api/flows/auth',
} as const;
