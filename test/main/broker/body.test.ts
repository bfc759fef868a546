import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProblemDocument } from '../../../main/broker/contract.ts';
import { type BrokerRig, brokerRig, VIEW_FLOWS } from '../../support/broker-rig.ts';
import { until } from '../../support/until.ts';

/** A broker announces nothing: it is looked at now and then. */
const QUIET = { subscribe: () => () => undefined };

let rig: BrokerRig;
beforeEach(async () => {
  rig = await brokerRig();
  rig.manage.needsPassphrase = true;
});
afterEach(() => rig.close());

const HEAD = 'POST /v1/scopes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const BODY = JSON.stringify({ scope: VIEW_FLOWS });
const ADDED = ['addScope', VIEW_FLOWS];
const refused = async (path: string, body: unknown, headers = {}) => {
  const { status, body: text } = await rig.send('POST', path, body, headers);
  expect([status, rig.manage.calls]).toEqual([400, []]);
  return (JSON.parse(text) as ProblemDocument).detail;
};

describe('the form of a body', () => {
  it.each([
    ['an array', '["scope"]'],
    ['no JSON', '{scope}'],
    ['a text', '"scope"'],
    ['a member twice', `{"scope":"${VIEW_FLOWS}","scope":"x"}`],
    ['a member twice, once by an escape', `{"scope":"${VIEW_FLOWS}","\\u0073cope":"x"}`],
    ['an array in it', `{"scope":"${VIEW_FLOWS}","more":[]}`],
    ['an object in it', `{"scope":"${VIEW_FLOWS}","more":{}}`],
    ['more after its end', `${BODY} {}`],
    ['nothing but a space', ' '],
    ['a mark of the byte order', `\ufeff${BODY}`],
    ['great depth', '['.repeat(4_000)],
  ])('refuses %s', async (_what, body) => {
    expect(await refused('/v1/scopes', body)).toMatch(/one flat JSON object/);
  });

  it('refuses bytes that are no UTF-8', async () => {
    const raw = await rig.raw();
    raw.write(`${HEAD}Content-Length: 14\r\n\r\n{"scope":"\xff\xfe"}`);
    expect(await raw.sees(/\}\n$/)).toContain('one flat JSON object in UTF-8');
    raw.socket.destroy();
  });

  it('refuses another type, and one that is not told', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', '']) {
      expect(await refused('/v1/scopes', BODY, { 'content-type': type })).toContain('application/json');
    }
    await rig.send('POST', '/v1/scopes', BODY, { 'content-type': 'Application/JSON; charset=utf-8' });
    expect(rig.manage.calls).toEqual([ADDED]);
  });

  it('ignores members that it does not know, and takes null for absent', async () => {
    await rig.send('POST', '/v1/scopes', { scope: VIEW_FLOWS, colour: 'red', __proto__x: 1, toString: 'x' });
    await rig.send('POST', '/v1/sign-out', { account: null });
    expect(rig.manage.calls).toEqual([ADDED, ['signOut', null, null, false]]);
  });

  it('takes no body for an empty one', async () => {
    await rig.get('/v1/sign-out', {}, 'POST');
    expect(rig.manage.calls).toEqual([['signOut', null, null, false]]);
    expect(await rig.get('/v1/scopes', {}, 'POST')).toMatchObject({ status: 400 });
  });
});

describe('the members', () => {
  const host = (name: unknown) => ({ host: name, scopes: 'view_flows', seconds: 60 });
  it.each([
    ['/v1/scopes', {}, 'The member scope is missing.'],
    ['/v1/scopes', { scope: 5 }, 'The member scope must be of the type string.'],
    ['/v1/scopes', { scope: '' }, 'The member scope must be 1 to 4096 printable ASCII characters.'],
    ['/v1/login', { way: 'sms' }, 'The member way must be one of: browser, paste.'],
    ['/v1/vault', { backend: 'disk' }, 'The member backend must be one of: keychain, passphrase, memory.'],
    ['/v1/unlock', { passphrase: '' }, 'The member passphrase must be 1 to 1024'],
    ['/v1/unlock', { passphrase: 'x'.repeat(1_025) }, 'The member passphrase must be 1 to 1024'],
    ['/v1/unlock', { passphrase: 'a\nb' }, 'The member passphrase must be 1 to 1024'],
    ['/v1/login/code', { code: 'x'.repeat(513) }, 'The member code must be 1 to 512'],
    ['/v1/client', { client_id: 'x' }, 'The member client_id must be a UUID.'],
    ['/v1/forwards', host('-oProxyCommand=x'), 'The member host must be the name of a host'],
    ['/v1/forwards', host('ada@-oProxyCommand'), 'The member host must be the name of a host'],
    ['/v1/forwards', host('a b'), 'The member host must be the name of a host'],
    ['/v1/forwards', host('h'.repeat(254)), 'The member host must be the name of a host'],
    ['/v1/forwards', { ...host('h'), seconds: '60' }, 'The member seconds must be of the type integer.'],
    ['/v1/forwards', { ...host('h'), seconds: 60.5 }, 'The member seconds must be of the type integer.'],
    ['/v1/forwards', { ...host('h'), seconds: 59 }, 'The member seconds must be whole seconds from 60'],
    ['/v1/forwards', { ...host('h'), seconds: -60 }, 'The member seconds must be whole seconds from 60'],
    ['/v1/forwards', { ...host('h'), seconds: 1e20 }, 'The member seconds must be of the type integer.'],
  ])('%s refuses %j: %s', async (path, body, why) => {
    const detail = await refused(path, body);
    expect(detail).toContain(why);
  });

  it('[C35] refuses answers that nobody knows', async () => {
    expect(await refused('/v1/approvals', { id: 'q', answer: 'yes' })).toContain('must be one of: once');
  });

  it.each(['correct horse', ' ', 'ß é 日本 👩🏽‍🔬', `${'x'.repeat(1_023)}y`])(
    'takes the passphrase %j as it is',
    async (passphrase) => {
      await rig.send('POST', '/v1/unlock', { passphrase });
      expect(rig.manage.calls).toEqual([['unlock', passphrase]]);
    },
  );
});

describe('the way of a body', () => {
  it('is announced or chunked, in one piece or byte by byte, with others behind it', async () => {
    const raw = await rig.raw();
    raw.write(`${HEAD}Content-Length: ${BODY.length}\r\n\r\n${BODY}`);
    const half = BODY.length - 20;
    const chunks = `${half.toString(16)};x=y\r\n${BODY.slice(0, half)}\r\n14\r\n${BODY.slice(half)}\r\n0\r\n\r\n`;
    for (const byte of `${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunks}`) raw.write(byte);
    raw.write('GET /v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    const statuses = [...(await raw.closed).matchAll(/^HTTP\/1\.1 (\d+)/gm)].map((match) => match[1]);
    expect(statuses).toEqual(['200', '200', '200']);
    expect(rig.manage.calls).toEqual([ADDED, ADDED]);
  });

  it('is asked for where the client waits to be (Expect: 100-continue)', async () => {
    const raw = await rig.raw();
    raw.write(`${HEAD}Expect: 100-continue\r\nContent-Length: ${BODY.length}\r\n\r\n`);
    await raw.sees(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    raw.write(BODY);
    await raw.sees(/HTTP\/1\.1 200 /);
    raw.socket.destroy();
    for (const head of ['POST /v1/none HTTP/1.1\r\nHost: localhost', `${HEAD}Origin: null`, HEAD.trim()]) {
      const other = await rig.raw();
      other.write(`${head}\r\nExpect: 100-continue\r\nContent-Length: 5000\r\n\r\n`);
      expect(await other.closed).toMatch(/^HTTP\/1\.1 40[034] /);
    }
  });

  it('is 4 KiB at most, whether that is announced or not', async () => {
    const long = JSON.stringify({ scope: VIEW_FLOWS, pad: 'x'.repeat(4_096) });
    expect(await refused('/v1/scopes', long)).toContain('4096 bytes');
    const raw = await rig.raw();
    raw.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${long.length.toString(16)}\r\n${long}\r\n0\r\n\r\n`);
    expect(await raw.closed).toContain('4096 bytes');
    expect(rig.manage.calls).toEqual([]);
    const fits = JSON.stringify({ scope: VIEW_FLOWS, pad: '' });
    await rig.send('POST', '/v1/scopes', { scope: VIEW_FLOWS, pad: 'x'.repeat(4_096 - fits.length) });
    expect(rig.manage.calls).toEqual([ADDED]);
  });

  it('[C35] does nothing when the client leaves in the middle, though what came would do', async () => {
    for (const framing of [
      `Content-Length: ${BODY.length + 1}\r\n\r\n${BODY}`,
      `Transfer-Encoding: chunked\r\n\r\n${BODY.length.toString(16)}\r\n${BODY}\r\n`,
    ]) {
      const raw = await rig.raw();
      raw.write(HEAD + framing);
      raw.socket.end();
      await raw.closed;
      await until(QUIET, () => rig.broker.connections === 0);
    }
    expect(rig.manage.calls).toEqual([]);
  });

  it('has to be whole within the time of a request', async () => {
    await rig.close();
    rig = await brokerRig({ limits: { requestMs: 200 } });
    const raw = await rig.raw();
    raw.write(`${HEAD}Content-Length: 50\r\n\r\n{`);
    await raw.closed;
    expect(rig.manage.calls).toEqual([]);
  });

  it('is dropped where the route has no use for it, whatever it is', async () => {
    expect(await rig.send('POST', '/v1/lock', '{"x":[', { 'content-type': 'x/y' })).toMatchObject({
      status: 200,
    });
  });
});
