import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demoEnvironment, PREVIEW, PRODUCTION } from '../../../main/globus/environments.ts';
import { readFlowReference } from '../../../main/globus/flow-reference.ts';
import { flowScope } from '../../../main/globus/flow-scope.ts';

const ID = 'f1b4c6c0-6b2d-11e9-bd8c-0a06afd4a22e';
const OTHER = '00000000-1111-4222-8333-444444444444';
const DEMO = demoEnvironment({ auth: 4001, flows: 4002 });

describe('readFlowReference', () => {
  it.each([
    ID,
    ` ${ID.toUpperCase()}\n`,
    `flow:${ID}`,
    `https://app.globus.org/flows/${ID}`,
    `https://app.globus.org/flows/${ID.toUpperCase()}/definition?x=1#y`,
    `https://flows.automate.globus.org/flows/${ID}`,
    `https://flows.globus.org/flows/${ID}/run`,
    flowScope(ID),
    `${flowScope(ID)}[*urn:globus:auth:scope:transfer.api.globus.org:all]`,
  ])('reads the flow out of %j', (text) => {
    expect(readFlowReference(text, PRODUCTION)).toBe(ID);
  });

  it('reads the addresses of its own environment only', () => {
    expect(readFlowReference(`https://app.preview.globus.org/flows/${ID}`, PREVIEW)).toBe(ID);
    expect(readFlowReference(`https://preview.flows.automate.globus.org/flows/${ID}`, PREVIEW)).toBe(ID);
    expect(readFlowReference(`https://app.globus.org/flows/${ID}`, PREVIEW)).toBeNull();
    expect(readFlowReference(`https://app.preview.globus.org/flows/${ID}`, PRODUCTION)).toBeNull();
    expect(readFlowReference(`http://127.0.0.1:4002/flows/${ID}`, DEMO)).toBe(ID);
    expect(readFlowReference(`http://127.0.0.1:4003/flows/${ID}`, DEMO)).toBeNull();
    expect(readFlowReference(`https://app.globus.org/flows/${ID}`, DEMO)).toBeNull();
  });

  it.each([
    '',
    'view_flows',
    ID.slice(1),
    `${ID}0`,
    `${ID} ${OTHER}`,
    `http://app.globus.org/flows/${ID}`,
    `https://app.globus.org.evil.example/flows/${ID}`,
    `https://app.globus.org@evil.example/flows/${ID}`,
    `https://user:pw@app.globus.org/flows/${ID}`,
    `https://app.globus.org:8443/flows/${ID}`,
    `https://app.globus.org./flows/${ID}`,
    `https://аpp.globus.org/flows/${ID}`,
    `https://evil.example/flows/${ID}`,
    `https://evil.example/?u=https://app.globus.org/flows/${ID}`,
    `https://app.globus.org/runs/${ID}`,
    `https://app.globus.org/x/flows/${ID}`,
    `https://app.globus.org/flows/${ID}x`,
    `https://app.globus.org/flows/?id=${ID}`,
    `https://app.globus.org/flows/${ID.slice(0, 8)}\n${ID.slice(8)}`,
    `https:\\\\app.globus.org\\flows\\${ID}`,
    `javascript:alert('/flows/${ID}')`,
    `file:///flows/${ID}`,
    `${flowScope(ID)}[`,
    flowScope(ID).replace(/flow_.*_user/, `flow_${OTHER.replaceAll('-', '_')}_user`),
    `https://authXglobus.org/scopes/${ID}/flow_${ID.replaceAll('-', '_')}_user`,
    `https://auth.globus.org/scopes/${ID}/data_access`,
  ])('takes %j for no flow', (text) => {
    expect(readFlowReference(text, PRODUCTION)).toBeNull();
  });

  it('never throws, and answers with nothing but an ID that stands in the text', () => {
    const pieces = fc.constantFrom(
      ID,
      'https://',
      'app.globus.org',
      '/flows/',
      'flow:',
      '@',
      '\\',
      ' ',
      '[',
      '%2f',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const found = readFlowReference(text, PRODUCTION);
        if (found !== null) expect(text.toLowerCase()).toContain(found);
      }),
      { numRuns: 200 },
    );
  });
});
