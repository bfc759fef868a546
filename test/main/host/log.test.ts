import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { maskTokens, openLog } from '../../../main/host/log.ts';

const TOKEN = `Ag${'x7Kq'.repeat(24)}`;
const JWT = `eyJ${'hbGciOi'.repeat(3)}.${'eyJzdWIi'.repeat(3)}.${'c2lnbmF0'.repeat(3)}`;

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'log-')), 'logs');
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

it('[C28] writes lines to a 0600 file in a 0700 folder', async () => {
  const log = openLog(folder);
  log.info({ scope: 'view_flows' }, 'copied');
  log.close();
  const file = join(folder, 'tray.log');
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ scope: 'view_flows', msg: 'copied' });
});

it('[C25] holds no token, wherever one was put', async () => {
  const log = openLog(folder);
  log.info({ token: 'plain-secret', nested: { refresh_token: 'plain-secret' } }, 'by name');
  log.warn({ text: `curl -H 'Authorization: Bearer ${TOKEN}'` }, `in a message: ${TOKEN}`);
  log.error({ error: new Error(`bad token ${TOKEN}`, { cause: new Error(JWT) }) }, 'in an error');
  log.error({ [`key ${TOKEN}`]: [{ deep: { deeper: TOKEN } }] }, 'deep');
  log.info({ url: 'http://127.0.0.1:1/?code=plain-secret&state=x' }, 'in an address');
  log.close();
  const text = await readFile(join(folder, 'tray.log'), 'utf8');
  expect(text.trim().split('\n')).toHaveLength(5);
  for (const secret of [TOKEN, JWT, 'plain-secret']) expect(text).not.toContain(secret);
});

it('keeps the message, the code and the stack of an error', async () => {
  const log = openLog(folder);
  log.error({ error: Object.assign(new Error('refused'), { code: 'EACCES' }) }, 'failed');
  log.close();
  const line = JSON.parse(await readFile(join(folder, 'tray.log'), 'utf8')) as { error: unknown };
  expect(line.error).toMatchObject({ message: expect.stringContaining('refused') as string, code: 'EACCES' });
});

it('starts a new file when the old one has grown, and keeps one', async () => {
  openLog(folder).close();
  await writeFile(join(folder, 'tray.log'), 'x'.repeat(1_000_001));
  openLog(folder).close();
  expect((await readdir(folder)).sort()).toEqual(['tray.log', 'tray.log.1']);
});

it('leaves ordinary text alone', () => {
  const line =
    '{"scope":"https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/all","Ag":"Again"}';
  expect(maskTokens(line)).toBe(line);
});

it.runIf(process.platform === 'linux')('[C22] loses lines on a full disk, and ends nothing', async () => {
  await mkdir(folder, { mode: 0o700 });
  await symlink('/dev/full', join(folder, 'tray.log'));
  const log = openLog(folder);
  const write = () => {
    for (let line = 0; line < 1_000; line += 1) log.info({ line }, 'x'.repeat(2_000));
  };
  expect(write).not.toThrow();
  expect(() => log.close()).not.toThrow();
});
