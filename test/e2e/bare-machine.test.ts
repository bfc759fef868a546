import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { approveInProcess } from '../sandbox/visitor.ts';
import { SCRIPTS, startNpmRegistry } from '../support/npm-registry.ts';
import { onTerminal, type OnTerminal, type Typed } from '../support/pty.ts';

const TMPFS_MAGIC = 0x01021994;
const PASSPHRASE = 'four quiet words here';
const run = promisify(execFile);

let sandbox: Sandbox;
/** Gone when the machine is: like a container's. */
let home: string;
let folder: string;
let env: Record<string, string>;
let socketFolder: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  folder = await mkdtemp(join(tmpdir(), 'bare-'));
  home = await mkdtemp('/dev/shm/bare-home-');
  const prefix = join(folder, 'prefix');
  socketFolder = `/tmp/globus-token-demo-${process.getuid?.() ?? 0}`;
  await rm(socketFolder, { recursive: true, force: true });
  await install(prefix);
  // No D-Bus, no display, no runtime folder, no terminal settings: what a container or a batch node has.
  env = {
    PATH: `${join(prefix, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`,
    HOME: home,
    GLOBUS_TOKEN_SOCK: join(socketFolder, 'broker.sock'),
    LC_ALL: 'C.UTF-8',
  };
}, 120_000);

afterAll(async () => {
  await run('globus-token', ['agent', '--stop'], { env }).catch(() => undefined);
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
  await rm(home, { recursive: true, force: true });
});

/** By npm itself, from a registry on loopback; install scripts run, as they do for people. */
async function install(prefix: string): Promise<void> {
  const registry = await startNpmRegistry();
  const words = ['install', '--global', '--prefix', prefix, 'globus-token-tray'];
  await run('npm', words, { cwd: folder, env: { ...process.env, ...registry.env, ...SCRIPTS } });
  await registry.close();
}

function type(line: string, typed: readonly Typed[] = []): Promise<OnTerminal> {
  return onTerminal(line.split(' '), env, typed);
}

/** What a person reads on Globus's page after opening the link that the terminal shows. */
async function codeOf(screen: string): Promise<string> {
  const link = /https?:\/\/\S+\/authorize\?\S+/.exec(screen)?.[0] ?? '';
  return `${await approveInProcess(link, { username: 'ada@uni.example' })}\r`;
}

describe('a machine without a desktop, a keyring or a session', () => {
  it('[C26] [C51] goes from the installation to the first token', async () => {
    expect((await statfs(home)).type).toBe(TMPFS_MAGIC);

    const version = await run('globus-token', ['--version'], { env });
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);

    const none = await type('globus-token get view_flows');
    expect([none.code, none.stderr]).toEqual([3, expect.stringContaining('globus-token agent')]);

    const { auth, flows } = sandbox;
    const [client] = sandbox.clients;
    const started = await type(`globus-token agent --detach --demo ${auth.port},${flows.port},${client}`);
    expect([started.code, started.stderr]).toEqual([0, expect.any(String)]);

    const signedOut = await type('globus-token get view_flows');
    expect(signedOut.code).not.toBe(0);

    const login = await type('globus-token login', [
      { sees: 'Where? [p/m]', types: 'p\r' },
      { sees: 'New passphrase:', types: `${PASSPHRASE}\r` },
      { sees: 'again', types: `${PASSPHRASE}\r` },
      { sees: /authorize\?\S+\s[\s\S]*ode/, types: codeOf },
      { sees: '[y/N]', types: 'n\r' },
    ]);
    expect([login.code, login.stderr]).toEqual([0, expect.any(String)]);
    expect(login.screen).not.toContain(PASSPHRASE);

    const status = await type('globus-token status --json');
    expect(JSON.parse(status.stdout)).toMatchObject({
      backend: 'passphrase',
      vault_state: 'ready',
      account: 'ada@uni.example',
    });

    const asked = type('globus-token get view_flows');
    const answered = await type('globus-token approvals --watch', [
      { sees: '[o]nce', types: 'o\r' },
      { sees: 'o\r\n', types: () => asked.then(() => '\u0003') },
    ]);
    const got = await asked;
    expect(answered.screen).toContain('ada@uni.example');
    expect([got.code, got.stderr]).toEqual([0, '']);
    const token = got.stdout.trim();
    expect(token.length).toBeGreaterThan(20);

    // C25: in no file of this home is the token, or anything else that Globus issued.
    for (const entry of await readdir(home, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const bytes = await readFile(join(entry.parentPath, entry.name), 'latin1');
      const found = [token, ...sandbox.issued].filter((secret) => bytes.includes(secret));
      expect(found, entry.name).toEqual([]);
    }

    const stopped = await type('globus-token agent --stop');
    expect(stopped.code).toBe(0);
  }, 120_000);
});
