import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATALOG } from '../../../main/globus/catalog.ts';
import { describeScope, resourceServerOf } from '../../../main/globus/describe-scope.ts';
import {
  dataAccessScope,
  flowScope,
  httpsScope,
  manageCollectionsScope,
} from '../../../main/globus/flow-scope.ts';
import { formatScope, type ScopeNode } from '../../../main/globus/scope-string.ts';
import { FLOWS_SCOPES } from '../../../main/globus/scopes.ts';
import { resolveScopeName, shortNameOf, shortNames } from '../../../main/globus/short-names.ts';

const ID = 'f1b4c6c0-6b2d-11e9-bd8c-0a06afd4a22e';
const TRANSFER = 'urn:globus:auth:scope:transfer.api.globus.org:all';

const scopes = fc.oneof(
  fc.constantFrom(...CATALOG.map(({ scope }) => scope)),
  fc.uuid().map(flowScope),
  fc.uuid().map(dataAccessScope),
  fc.uuid().map(httpsScope),
  fc.uuid().map(manageCollectionsScope),
  fc.uuid().map((id) => `https://auth.globus.org/scopes/${id}/some_other`),
  fc.stringMatching(/^[a-z]{1,9}\.example$/).map((host) => `urn:globus:auth:scope:${host}:all`),
);
const nested = fc
  .uniqueArray(scopes, { minLength: 1, maxLength: 4 })
  .map((chain) =>
    chain.reduceRight<ScopeNode[]>((inner, scope, level) => {
      return [{ scope, optional: level > 0, dependencies: inner }];
    }, []),
  )
  .map(([root]) => (root === undefined ? '' : formatScope(root)));

describe('short names', () => {
  it('keep the bare names of the Flows service', () => {
    for (const { name, scope } of FLOWS_SCOPES) {
      expect(resolveScopeName(name)).toBe(scope);
      expect(shortNameOf(scope)).toBe(name);
      expect(name).toMatch(/^[a-z_]+$/);
    }
  });

  it.each([
    ['transfer:all', TRANSFER],
    [
      'groups:view_my_groups_and_memberships',
      'urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships',
    ],
    ['openid', 'openid'],
    ['web_input_view', 'https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/web_input_view'],
    [`flow:${ID}`, flowScope(ID)],
    [`collection:${ID}:data_access`, dataAccessScope(ID)],
    [`collection:${ID}:https`, httpsScope(ID)],
    [`endpoint:${ID}:manage_collections`, manageCollectionsScope(ID)],
    [
      `flow:${ID}[*transfer:all[*collection:${ID}:data_access]]`,
      `${flowScope(ID)}[*${TRANSFER}[*${dataAccessScope(ID)}]]`,
    ],
  ])('%s stands for %s, both ways', (name, scope) => {
    expect(resolveScopeName(name)).toBe(scope);
    expect(resolveScopeName(scope)).toBe(scope);
    expect(shortNameOf(scope)).toBe(name);
  });

  it('take more spellings than they give', () => {
    expect(resolveScopeName(' flows:view_flows ')).toBe(resolveScopeName('view_flows'));
    expect(resolveScopeName('auth:openid')).toBe('openid');
    expect(resolveScopeName(`flow:${ID.toUpperCase()}`)).toBe(flowScope(ID));
    expect(resolveScopeName(flowScope(ID).replaceAll('f1b4c6c0', 'F1B4C6C0'))).toBe(flowScope(ID));
    expect(resolveScopeName('all[transfer:all *transfer:all]')).toBe(resolveScopeName(`all[${TRANSFER}]`));
  });

  it.each([
    '',
    ' ',
    'nonsense',
    'transfer',
    'transfer:',
    'transfer:nothing',
    'flows:transfer:all',
    'auth:transfer:all',
    'flow:',
    `flow:${ID}x`,
    'view_flows all',
    'view_flows[',
    'view_flows[nonsense]',
    '*view_flows',
    'all[all]',
    `transfer:all[${TRANSFER}]`,
    'https://auth.globus.org/scopes/',
    'https://auth.globus.org/scopes//all',
    'https://authXglobus.org/scopes/x/all',
    'https://evil.example/scopes/x/all',
    'urn:globus:auth:scope::all',
    'toString',
    '__proto__',
  ])('know no scope called %j', (text) => {
    expect(resolveScopeName(text)).toBeNull();
  });

  it('are unique and lead back to the same scope, dependencies included', () => {
    fc.assert(
      fc.property(nested, nested, (one, other) => {
        for (const scope of [one, other]) {
          expect(resolveScopeName(scope)).toBe(scope);
          expect(resolveScopeName(shortNameOf(scope))).toBe(scope);
        }
        expect(shortNameOf(one) === shortNameOf(other)).toBe(one === other);
      }),
    );
  });

  it('never throw, and answer in a form that stays', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          nested.map((text) => text.slice(1)),
        ),
        (text) => {
          const scope = resolveScopeName(text);
          if (scope !== null) expect(resolveScopeName(scope)).toBe(scope);
          expect(typeof shortNameOf(text)).toBe('string');
        },
      ),
    );
  });

  it('[C52] list every catalog scope for completion', () => {
    expect([...shortNames()]).toEqual(CATALOG.map(({ name, scope }) => [name, scope]));
    for (const name of shortNames().keys()) expect(name).toMatch(/^[a-z_]+(:[a-z_]+)?$/);
  });
});

describe('describeScope', () => {
  it('gives catalog scopes as they are', () => {
    for (const entry of CATALOG) expect(describeScope(entry.name)).toBe(entry);
  });

  it('describes a flow by its title, as plain text', () => {
    const entry = describeScope(`flow:${ID}`, 'Hel\u001b[31mlo\u202e\n there');
    expect(entry).toMatchObject({ name: `flow:${ID}`, scope: flowScope(ID), resourceServer: ID });
    expect(entry?.definition).toBe('Grants ability to start and resume runs of the flow “Hel [31mlo there”');
    expect(describeScope(flowScope(ID))?.definition).toMatch(/this flow$/);
  });

  it('names what a scope depends on, and keeps the caution of its root', () => {
    expect(describeScope(`run[*transfer:all[*collection:${ID}:data_access]]`)).toMatchObject({
      resourceServer: 'flows.globus.org',
      definition: 'Grants ability to run flows, with data access on one collection',
      caution: FLOWS_SCOPES[2]?.caution,
    });
    expect(describeScope('all[openid]')?.definition).toMatch(/, with dependent scopes$/);
  });

  it.each([
    [dataAccessScope(ID), ID, /by way of Transfer/],
    [httpsScope(ID), ID, /over HTTPS/],
    [manageCollectionsScope(ID), ID, /manage the collections/],
    ['urn:globus:auth:scope:other.example:all', 'other.example', /no description/],
    [`https://auth.globus.org/scopes/${ID}/thing/part`, ID, /no description/],
  ])('describes %s', (scope, resourceServer, definition) => {
    expect(describeScope(scope)).toMatchObject({ scope, resourceServer });
    expect(describeScope(scope)?.definition).toMatch(definition);
    expect(describeScope(scope)).not.toHaveProperty('service');
  });

  it('has nothing to say about what is no scope', () => {
    expect(describeScope('nonsense')).toBeNull();
    expect(resourceServerOf('nonsense')).toBeNull();
  });
});
