import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { unitFolder } from '../../cli/agent/install.ts';
import { NODE_FLAGS } from '../../cli/agent/node-flags.ts';
import { unitFiles } from '../../cli/agent/unit-texts.ts';
import { build } from '../../scripts/build.mjs';
import { type BareHome, bareHome } from '../support/bare-home.ts';
import { AGENT_BUNDLE } from '../support/headless.ts';
import { until } from '../support/processes.ts';
import { execWords, parseUnit } from '../support/unit-file.ts';

const PARTS = { node: '/usr/bin/node', agent: '/opt/globus-token/headless/globus-token-agent.js', args: [] };
const ODD = {
  node: '/opt/my node/100%/$HOME/"n"\\x',
  agent: '/Users/ada & <bob>/agent.js',
  args: ['--data-folder=/srv/a b'],
};

describe('the units for systemd', () => {
  const [socket, service] = unitFiles('systemd', PARTS).map(({ text }) => parseUnit(text));
  const of = (lines: typeof service, section: string) =>
    new Map((lines ?? []).filter((line) => line.section === section).map(({ name, value }) => [name, value]));

  it('[C30] have a socket in the folder where clients ask, for its owner alone', () => {
    expect(Object.fromEntries(of(socket, 'Socket'))).toEqual({
      ListenStream: '%t/globus-token/broker.sock',
      SocketMode: '0600',
      DirectoryMode: '0700',
      Backlog: '4096',
      RemoveOnStop: 'no',
    });
    expect(of(socket, 'Install').get('WantedBy')).toBe('sockets.target');
  });

  it('give up every right that the agent can live without', () => {
    const lines = of(service, 'Service');
    expect(lines.get('ExecStart')).toBe(`${PARTS.node} ${NODE_FLAGS.join(' ')} ${PARTS.agent}`);
    expect(Object.fromEntries(lines)).toMatchObject({
      Restart: 'on-failure',
      UMask: '0077',
      LimitCORE: '0',
      NoNewPrivileges: 'yes',
      LockPersonality: 'yes',
      RestrictSUIDSGID: 'yes',
      RestrictRealtime: 'yes',
      RestrictNamespaces: 'yes',
      RestrictAddressFamilies: 'AF_UNIX AF_INET AF_INET6',
      SystemCallArchitectures: 'native',
      SystemCallErrorNumber: 'EPERM',
    });
  });

  it('[C31] take nothing that hides callers from the agent, nor what V8 cannot live with', () => {
    const breaking =
      /^(?:MemoryDenyWriteExecute|Protect\w+|Private\w+|ProcSubset|RootDirectory|(?:ReadOnly|ReadWrite|Inaccessible|Bind\w*)Paths|TemporaryFileSystem)$/;
    expect((service ?? []).map(({ name }) => name).filter((name) => breaking.test(name))).toEqual([]);
  });

  it('name paths with spaces, specifiers, variables and quotes as they are', () => {
    const [, text] = unitFiles('systemd', ODD);
    const line = parseUnit(text?.text ?? '').find(({ name }) => name === 'ExecStart');
    expect(line?.value).toContain('"/opt/my node/100%%/$$HOME/\\"n\\"\\\\x"');
    expect(execWords(line?.value ?? '')).toEqual([ODD.node, ...NODE_FLAGS, ODD.agent, ...ODD.args]);
  });

  it('cannot name a path with a line’s end in it', () => {
    expect(() => unitFiles('systemd', { ...PARTS, agent: '/opt/a\nExecStartPre=/bin/rm' })).toThrow(
      'A unit cannot name "/opt/a\\nExecStartPre=/bin/rm".',
    );
  });

  it('go where systemd looks for a user’s own', () => {
    expect(unitFolder('systemd', {}, '/home/ada')).toBe('/home/ada/.config/systemd/user');
    expect(unitFolder('systemd', { XDG_CONFIG_HOME: '/srv/ada' }, '/home/ada')).toBe('/srv/ada/systemd/user');
    expect(unitFolder('systemd', { XDG_CONFIG_HOME: 'a' }, '/home/ada')).toBe(
      '/home/ada/.config/systemd/user',
    );
    expect(unitFolder('launchd', {}, '/Users/ada')).toBe('/Users/ada/Library/LaunchAgents');
  });
});

describe('the property list for launchd', () => {
  it('is well-formed and names the programs, with what XML keeps for itself', async () => {
    const [plist] = unitFiles('launchd', ODD);
    const child = spawn('/usr/bin/python3', ['-c', READ_PLIST], { stdio: ['pipe', 'pipe', 'inherit'] });
    let read = '';
    child.stdout.on('data', (chunk) => (read += String(chunk)));
    child.stdin.end(plist?.text);
    await once(child, 'close');
    expect(JSON.parse(read)).toEqual({
      Label: 'org.globus-token-tray.agent',
      ProgramArguments: [ODD.node, ...NODE_FLAGS, ODD.agent, ...ODD.args],
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      ThrottleInterval: 10,
      ProcessType: 'Background',
      WorkingDirectory: '/',
      Umask: 0o77,
      HardResourceLimits: { Core: 0 },
      SoftResourceLimits: { Core: 0, NumberOfFiles: 8_192 },
      StandardOutPath: '/dev/null',
      StandardErrorPath: '/dev/null',
    });
  });
});

const READ_PLIST = 'import json, plistlib, sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))';

describe('globus-token agent, for a service manager', { timeout: 30_000 }, () => {
  let bare: BareHome;
  beforeAll(() => build({ only: ['cli', 'headless'] }), 60_000);
  beforeEach(async () => void (bare = await bareHome()));
  afterEach(() => bare.end());
  const units = (...names: string[]) => join(bare.home, '.config', 'systemd', 'user', ...names);
  const SERVICE = 'globus-token-agent.service';
  const SOCKET = 'globus-token-agent.socket';

  it('--unit prints what it would write, and writes nothing', async () => {
    const { code, stdout, stderr } = await bare.run(['agent', '--unit', 'systemd', '--lock-after=8h']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`# ${units(SOCKET)}\n`);
    expect(stdout).toContain(
      `ExecStart=${process.execPath} ${NODE_FLAGS.join(' ')} ${AGENT_BUNDLE} --lock-after=8h\n`,
    );
    expect(stdout).not.toMatch(/@[A-Z]+@/);
    expect((await bare.run(['agent', '--unit', 'launchd'])).stdout).toMatch(/^<\?xml/);
    expect(await readdir(bare.home)).toEqual([]);
  });

  it('--install writes them, and says the one command that is left; what it wrote starts an agent', async () => {
    const { code, stdout, stderr } = await bare.run(['agent', '--install', '--lock-after=1h']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `systemctl --user daemon-reload && systemctl --user enable --now ${SOCKET}\n`,
    });
    expect(stderr).toContain(`written: ${units(SOCKET)}\nwritten: ${units(SERVICE)}\n`);
    expect((await readdir(units())).sort()).toEqual([SERVICE, SOCKET]);
    expect((await stat(units(SERVICE))).mode & 0o777).toBe(0o644);
    const lines = parseUnit(await readFile(units(SERVICE), 'utf8'));
    const [program = '', ...args] = execWords(lines.find(({ name }) => name === 'ExecStart')?.value ?? '');
    const child = spawn(program, args, { env: bare.env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    const ended = once(child, 'close');
    await until('an agent that listens', () => Promise.resolve(said.includes(' listens at ') || undefined));
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('--install twice is as once, and --uninstall takes it all away', async () => {
    await bare.run(['agent', '--install']);
    const again = await bare.run(['agent', '--install', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ written: [units(SOCKET), units(SERVICE)] });
    await mkdir(units('sockets.target.wants'));
    await symlink(units(SOCKET), units('sockets.target.wants', SOCKET));
    const { code, stdout } = await bare.run(['agent', '--uninstall']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `systemctl --user stop ${SOCKET} ${SERVICE}; systemctl --user daemon-reload\n`,
    });
    expect(await readdir(units(), { recursive: true })).toEqual(['sockets.target.wants']);
    expect((await bare.run(['agent', '--uninstall'])).stderr).toContain('There was nothing to remove.\n');
  });

  it('does not touch a unit that somebody else wrote or masked', async () => {
    await mkdir(units(), { recursive: true });
    await writeFile(units(SERVICE), '[Service]\nExecStart=/bin/true\n');
    for (const option of ['--install', '--uninstall']) {
      const { code, stderr } = await bare.run(['agent', option]);
      expect({ code, stderr }).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('is not from globus-token. Nothing was changed.') as string,
      });
    }
    expect(await readdir(units())).toEqual([SERVICE]);
    await bare.run(['agent', '--uninstall']);
    await symlink('/dev/null', units(SOCKET));
    expect((await bare.run(['agent', '--install'])).code).toBe(2);
    expect((await lstat(units(SOCKET))).isSymbolicLink()).toBe(true);
  });

  it('says what the system says of a folder that cannot be written', async () => {
    await writeFile(join(bare.home, '.config'), 'no folder');
    const { code, stderr } = await bare.run(['agent', '--install']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^globus-token: It could not be written: E(?:NOTDIR|EXIST).*\nhint: globus-token doctor\n$/,
    );
  });
});
