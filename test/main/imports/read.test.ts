import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { discoverFiles } from '../../../main/imports/discover.ts';
import { MAX_BYTES } from '../../../main/imports/open-file.ts';
import type { ImportPlaces } from '../../../main/imports/places.ts';
import { readForeignFile } from '../../../main/imports/read.ts';
import {
  holdTokenFile,
  type StoredToken,
  type TokenFile,
  writeTokenFile,
} from '../../support/token-files.ts';

// A sandbox, or a Python, on a busy machine.
vi.setConfig({ testTimeout: 20_000 });

const CLIENT = '9c5b5e5e-2f0a-4d1c-9e7d-0d1e2f3a4b5c';
const SUB = '11111111-1111-4111-8111-111111111111';
const TRANSFER = 'urn:globus:auth:scope:transfer.api.globus.org:all';

let home: string;
let places: ImportPlaces;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'imports-'));
  places = { home, env: {}, platform: 'linux', uid: process.getuid?.() ?? null };
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function token(changes: Partial<StoredToken> = {}): StoredToken {
  return {
    resource_server: 'transfer.api.globus.org',
    scope: TRANSFER,
    access_token: 'AgAccess',
    refresh_token: 'AgRefresh',
    expires_at_seconds: 1_800_000_000,
    token_type: 'Bearer',
    ...changes,
  };
}

/** One sign-in in one namespace. */
function written(form: TokenFile['form'], name: string, namespace: string, more: Partial<TokenFile> = {}) {
  const path = join(home, name);
  const tokens = { 'transfer.api.globus.org': token(form.endsWith('2') ? { identity_id: SUB } : {}) };
  writeTokenFile({ path, form, namespaces: { [namespace]: { tokens } }, ...more });
  return path;
}

async function why(path: string): Promise<string> {
  const read = await readForeignFile(path, places);
  return read.kind === 'refused' ? read.why : 'read';
}

describe('reading a token file', () => {
  it.each([
    ['json-1', 'old/tokens.json', null],
    ['json-2', `.globus/app/${CLIENT}/my-app/tokens.json`, CLIENT],
    ['sqlite-2', `.globus/app/${CLIENT}/my-app/tokens.db`, CLIENT],
    ['sqlite-1', 'old/storage.db', null],
  ] as const)('finds the tokens of the form %s', async (form, name, client) => {
    const read = await readForeignFile(written(form, name, 'DEFAULT'), places);
    if (read.kind === 'refused') throw new Error(read.why);
    expect(read.file).toMatchObject({
      program: client === null ? 'other' : 'globus-sdk',
      exposed: false,
      holdings: [
        {
          environment: 'production',
          client: client === null ? null : { id: client, secret: null },
          ofClient: false,
          tokens: [
            {
              resourceServer: 'transfer.api.globus.org',
              scopes: [TRANSFER],
              accessToken: 'AgAccess',
              refreshToken: 'AgRefresh',
              expiresAt: 1_800_000_000_000,
              identity: form.endsWith('2') ? SUB : null,
            },
          ],
        },
      ],
    });
  });

  it('tells profiles, environments, clients and the person of globus-cli’s file', async () => {
    const path = join(home, '.globus', 'cli', 'storage.db');
    const config = {
      auth_client_data: { client_id: CLIENT.toUpperCase(), client_secret: 'canary+secret=' },
      auth_user_data: { sub: SUB },
    };
    const tokens = { 'transfer.api.globus.org': token() };
    writeTokenFile({
      path,
      form: 'sqlite-1',
      namespaces: {
        'userprofile/production': { tokens, config },
        'userprofile/preview/work': { tokens },
        [`clientprofile/production/${CLIENT}`]: { tokens },
        'userprofile/sandbox': { tokens: {}, config },
      },
    });
    const read = await readForeignFile(path, places);
    if (read.kind === 'refused') throw new Error(read.why);
    expect(read.file.program).toBe('globus-cli');
    const byName = new Map(read.file.holdings.map((holding) => [holding.namespace, holding]));
    expect([...byName.keys()].sort()).toEqual([
      `clientprofile/production/${CLIENT}`,
      'userprofile/preview/work',
      'userprofile/production',
    ]);
    expect(byName.get('userprofile/production')).toMatchObject({
      environment: 'production',
      profile: null,
      client: { id: CLIENT, secret: 'canary+secret=' },
      tokens: [{ identity: SUB }],
    });
    expect(byName.get('userprofile/preview/work')).toMatchObject({
      environment: 'preview',
      profile: 'work',
      client: null,
    });
    expect(byName.get(`clientprofile/production/${CLIENT}`)).toMatchObject({
      ofClient: true,
      client: { id: CLIENT, secret: null },
    });
  });

  it('takes the environment of an SDK file from its name', async () => {
    const path = written('json-2', `.globus/app/${CLIENT}/my-app/preview-tokens.json`, 'DEFAULT');
    const read = await readForeignFile(path, places);
    expect(read).toMatchObject({ file: { holdings: [{ environment: 'preview' }] } });
  });

  it('reads a database whose write-ahead log was merged', async () => {
    expect(await why(written('sqlite-2', 'wal/merged.db', 'DEFAULT', { wal: true }))).toBe('read');
  });

  it.each([
    ['an open transaction', false],
    ['a write-ahead log that is not merged', true],
  ])('[C55] leaves a database alone that %s lies beside', async (_what, wal) => {
    const path = join(home, wal ? 'held-wal.db' : 'held.db');
    const tokens = { 'transfer.api.globus.org': token() };
    const held = await holdTokenFile({ path, form: 'sqlite-2', wal, namespaces: { DEFAULT: { tokens } } });
    try {
      expect(await why(path)).toBe('in-use');
    } finally {
      await held.release();
    }
  });

  it('[C55] calls a cut or spoilt file damaged, and what is no token file other', async () => {
    const sqlite = written('sqlite-1', 'cut.db', 'DEFAULT');
    const whole = readFileSync(sqlite);
    truncateSync(sqlite, whole.length - 4_096);
    expect(await why(sqlite)).toBe('damaged');
    // The pages that hold the tables.
    writeFileSync(
      sqlite,
      Buffer.concat([whole.subarray(0, 4_000), Buffer.alloc(whole.length - 4_000, 0xa5)]),
    );
    expect(await why(sqlite)).toBe('damaged');
    writeFileSync(sqlite, whole.subarray(0, 20));
    expect(await why(sqlite)).toBe('damaged');

    const json = written('json-2', 'cut.json', 'DEFAULT');
    truncateSync(json, 40);
    expect(await why(json)).toBe('damaged');
    writeFileSync(json, '{"format_version":"2.0","data":{"DEFAULT":{"a":{"access_token":7}}}}');
    expect(await why(json)).toBe('damaged');
    for (const text of ['', '{}', '[1]', '{"format_version":"3.0","data":{}}']) {
      writeFileSync(json, text);
      expect(await why(json), text).toBe('other');
    }
    const other = join(home, 'other.db');
    execFileSync('python3', [
      '-c',
      `import sqlite3; sqlite3.connect(${JSON.stringify(other)}).execute('create table a(b)')`,
    ]);
    expect(await why(other)).toBe('other');
    const view = join(home, 'view.db');
    const endless = 'with recursive n(x) as (select 1 union all select x+1 from n) select x, x, x from n';
    execFileSync('python3', [
      '-c',
      `import sqlite3; sqlite3.connect(${JSON.stringify(view)}).execute('create view token_storage as ${endless}')`,
    ]);
    expect(await why(view)).toBe('other');
  });

  it('reads files of its own user alone, and follows no link to others', async () => {
    const path = written('json-2', 'mine/tokens.json', 'DEFAULT');
    symlinkSync(path, join(home, 'mine', 'link.json'));
    expect(await why(join(home, 'mine', 'link.json'))).toBe('link');
    expect(await why(join(home, 'mine', 'none.json'))).toBe('absent');
    expect(await why(join(home, 'mine'))).toBe('odd');
    execFileSync('mkfifo', [join(home, 'mine', 'pipe')]);
    expect(await why(join(home, 'mine', 'pipe'))).toBe('odd');
    const big = join(home, 'mine', 'big.json');
    writeFileSync(big, '');
    truncateSync(big, MAX_BYTES + 1);
    expect(await why(big)).toBe('big');
    const foreign = await readForeignFile(path, { ...places, uid: (places.uid ?? 0) + 1 });
    expect(foreign).toEqual({ kind: 'refused', why: 'foreign' });
    if (places.uid === 0) {
      chownSync(path, 65_534, 65_534);
      expect(await why(path)).toBe('foreign');
    }
  });

  it('says which files other users of the machine could read', async () => {
    const path = written('json-2', 'open/tokens.json', 'DEFAULT');
    chmodSync(path, 0o644);
    expect(await readForeignFile(path, places)).toMatchObject({ file: { exposed: true } });
  });

  it('knows the usual places, and goes into no linked folder', async () => {
    const own: ImportPlaces = { ...places, home: join(home, 'usual') };
    const app = join(own.home, '.globus', 'app');
    writeTokenFile({
      path: join(app, CLIENT, 'one', 'preview-tokens.json'),
      form: 'json-2',
      namespaces: { DEFAULT: { tokens: {} } },
    });
    mkdirSync(join(app, 'early'), { recursive: true });
    writeFileSync(join(app, 'early', 'tokens.json'), '{}');
    writeFileSync(join(app, CLIENT, 'one', 'notes.json'), '{}');
    symlinkSync(join(app, CLIENT), join(app, 'linked'));
    expect(await discoverFiles(own)).toEqual([
      join(own.home, '.globus', 'cli', 'storage.db'),
      join(app, CLIENT, 'one', 'preview-tokens.json'),
      join(app, 'early', 'tokens.json'),
    ]);
    const windows = { ...own, platform: 'win32', env: { LOCALAPPDATA: '/data' } } as const;
    expect((await discoverFiles(windows))[0]).toBe(join('/data', 'globus', 'cli', 'storage.db'));
  });
});
