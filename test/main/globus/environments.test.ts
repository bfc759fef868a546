import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACTION_PROVIDERS } from '../../../main/globus/action-providers.ts';
import { CATALOG, SERVICES } from '../../../main/globus/catalog.ts';
import { demoEnvironment, originsOf, PREVIEW, PRODUCTION } from '../../../main/globus/environments.ts';
import { dataAccessScope, flowScope } from '../../../main/globus/flow-scope.ts';
import { originsOfScope } from '../../../main/globus/origins.ts';

const DEMO = demoEnvironment({ auth: 4001, flows: 4002 });
const FLOW = 'f1b4c6c0-6b2d-11e9-bd8c-0a06afd4a22e';

describe('originsOf', () => {
  it('[C17] names the hosts of each service, and none for what it does not know', () => {
    expect(originsOf(PRODUCTION, 'flows.globus.org')).toEqual([
      'https://flows.automate.globus.org',
      'https://flows.globus.org',
    ]);
    expect(originsOf(PRODUCTION, 'transfer.api.globus.org')[0]).toBe('https://transfer.api.globus.org');
    expect(originsOf(PREVIEW, 'auth.globus.org')).toEqual(['https://auth.preview.globus.org']);
    expect(originsOf(PREVIEW, 'funcx_service')).toEqual([]);
    for (const strange of [FLOW, 'toString', '__proto__', 'constructor', '']) {
      expect(originsOf(PRODUCTION, strange)).toEqual([]);
    }
  });

  it('[C17] every service has hosts in production, except the one that is gone', () => {
    const without = SERVICES.filter((service) => originsOf(PRODUCTION, service.resourceServer).length === 0);
    expect(without.map(({ id }) => id)).toEqual(['nexus']);
  });

  it('[C17] every hosted provider is a host of its scope', () => {
    for (const { url, scope } of ACTION_PROVIDERS) {
      expect(originsOfScope(PRODUCTION, scope)).toContain(new URL(url).origin);
    }
  });

  it('[C18] production and preview name https hosts of Globus, the demo loopback alone', () => {
    for (const { scope } of CATALOG) {
      for (const environment of [PRODUCTION, PREVIEW]) {
        for (const origin of originsOfScope(environment, scope)) {
          expect(origin).toMatch(/^https:\/\/[a-z.]+\.globus\.org$/);
        }
      }
      for (const origin of originsOfScope(DEMO, scope)) {
        expect([DEMO.issuer, DEMO.flows]).toContain(origin);
      }
    }
    expect([DEMO.issuer, DEMO.flows]).toEqual(['http://127.0.0.1:4001', 'http://127.0.0.1:4002']);
  });

  it('[C18] are compiled in: nothing that names a host of Globus reads a variable', async () => {
    for (const room of ['globus', 'oauth']) {
      const folder = join(import.meta.dirname, '../../../main', room);
      for (const name of await readdir(folder)) {
        const text = await readFile(join(folder, name), 'utf8');
        expect(text, name).not.toMatch(/process\.(?:env|argv)|['"](?:node:)?process['"]|import\.meta\.env/);
      }
    }
    expect([PRODUCTION.issuer, PREVIEW.issuer]).toEqual([
      'https://auth.globus.org',
      'https://auth.preview.globus.org',
    ]);
  });
});

describe('originsOfScope', () => {
  it('[C17] sends a flow token to the Flows API, and a collection token nowhere', () => {
    expect(originsOfScope(PRODUCTION, flowScope(FLOW))).toEqual(originsOf(PRODUCTION, 'flows.globus.org'));
    expect(originsOfScope(DEMO, `${flowScope(FLOW)}[*x]`)).toEqual([DEMO.flows]);
    expect(originsOfScope(PRODUCTION, dataAccessScope(FLOW))).toEqual([]);
    expect(originsOfScope(PRODUCTION, 'urn:globus:auth:scope:other.example:all')).toEqual([]);
    expect(originsOfScope(PRODUCTION, 'nonsense')).toEqual([]);
  });
});
