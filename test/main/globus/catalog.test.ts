import { describe, expect, it } from 'vitest';
import { ACTION_PROVIDERS } from '../../../main/globus/action-providers.ts';
import { CATALOG, findName, SERVICES, serviceOf } from '../../../main/globus/catalog.ts';
import { resolveScopeName } from '../../../main/globus/short-names.ts';
import {
  findCatalogScope,
  FLOWS_SCOPES,
  IDENTITY_SCOPES,
  WEB_INPUT_SCOPES,
} from '../../../main/globus/scopes.ts';
import { ScopeCatalog } from '../../sandbox/auth/scope-catalog.ts';

const PREFIX = 'https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/';

describe('the catalog', () => {
  it('[C15] holds the six Flows scopes with the official definitions', () => {
    expect(FLOWS_SCOPES.map(({ name, scope, definition }) => [name, scope, definition])).toEqual([
      ['view_flows', `${PREFIX}view_flows`, 'Grants ability to view flows'],
      ['manage_flows', `${PREFIX}manage_flows`, 'Grants ability to manage flows'],
      ['run', `${PREFIX}run`, 'Grants ability to run flows'],
      ['run_status', `${PREFIX}run_status`, 'Grants ability to check the status of runs'],
      ['run_manage', `${PREFIX}run_manage`, 'Grants ability to manage runs'],
      [
        'all',
        `${PREFIX}all`,
        'Grants all capabilities of the Flows service, except those which require a flow-specific scope',
      ],
    ]);
    expect(FLOWS_SCOPES.filter(({ caution }) => caution !== undefined).map(({ name }) => name)).toEqual([
      'run',
    ]);
    expect(findCatalogScope(`${PREFIX}run`)?.caution).toMatch(/only basic flows with no external action/);
  });

  it('warns about scopes that are not on the official page', () => {
    expect(WEB_INPUT_SCOPES.map(({ name }) => name)).toEqual(['web_input_view', 'web_input_respond']);
    for (const entry of WEB_INPUT_SCOPES) expect(entry.caution).toMatch(/whole sign-in/);
  });

  it('names and strings are unique', () => {
    expect(new Set(CATALOG.map(({ name }) => name)).size).toBe(CATALOG.length);
    expect(new Set(CATALOG.map(({ scope }) => scope)).size).toBe(CATALOG.length);
    expect(new Set(SERVICES.map(({ id }) => id)).size).toBe(SERVICES.length);
  });

  it.each(CATALOG.map((entry) => [entry.name, entry] as const))(
    '%s is known to the fake Globus, with the same resource server',
    (name, entry) => {
      const known = new ScopeCatalog(() => []).find(entry.scope);
      expect(known?.resourceServer).toBe(entry.resourceServer);
      expect(findCatalogScope(entry.scope)).toBe(entry);
      expect(findName(name)).toBe(entry);
      expect(serviceOf(entry.scope)?.id).toBe(entry.service);
      expect(serviceOf(`${entry.scope}[x]`)?.resourceServer).toBe(entry.resourceServer);
    },
  );

  it('holds the identity scopes that every sign-in asks for', () => {
    for (const scope of IDENTITY_SCOPES) expect(findCatalogScope(scope)?.service).toBe('auth');
  });

  it.each(ACTION_PROVIDERS.map((provider) => [provider.id, provider] as const))(
    'the provider %s needs a scope of the catalog',
    (_id, { scope, url }) => {
      expect(findCatalogScope(scope)).toBeDefined();
      expect(resolveScopeName(scope)).toBe(scope);
      expect(new URL(url).protocol).toBe('https:');
    },
  );
});
