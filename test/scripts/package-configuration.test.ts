import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DESKTOP_FILE } from '../../main/host/app-id.ts';
import { KWALLET_NAMES, SECRETS } from '../../main/vault/keyring-names.ts';
import { LINUX_PRODUCT_NAME, wrongFolder, wrongNatives } from '../../scripts/check-package.mjs';

const ROOT = join(import.meta.dirname, '..', '..');

type Configuration = Record<string, unknown> & Record<'linux' | 'mac' | 'win', Record<string, unknown>>;
interface Matcher {
  from: string;
  to: string;
  createFilter(): (path: string, stat: { isDirectory(): boolean }) => boolean;
}
/** What electron-builder itself reads its configuration and expands its patterns with. */
interface Builder {
  getConfig(folder: string, path: string, more: null): Promise<Configuration>;
  validateConfiguration(config: Configuration, log: unknown): Promise<void>;
  getFileMatchers(config: Configuration, name: string, to: string, options: object): Matcher[] | null;
  getNodeModuleFileMatcher(...args: unknown[]): Matcher;
}
const load = createRequire(join(ROOT, 'node_modules/app-builder-lib/package.json'));
const builder = {
  ...(load('./out/util/config/config.js') as object),
  ...(load('./out/fileMatcher.js') as object),
} as Builder;
const { DebugLogger } = load('builder-util') as { DebugLogger: new (on: boolean) => unknown };

const config = await builder.getConfig(ROOT, 'electron-builder.yml', null);

/** What software centres read: of the Flatpak, and of every other package for Linux. */
const METAINFO = ['org.globus_token_tray.app', 'globus-token-tray'].map(
  (name) => `assets/packages/${name}.metainfo.xml`,
);

const SYSTEMS = { linux: 'linux', mac: 'darwin', win: 'win32' } as const;
type System = keyof typeof SYSTEMS;

/** Every native module that npm can bring, wherever it is run: keytar's as they are, koffi's by their names. */
function natives(): string[] {
  const keytar = join('node_modules', 'keytar', 'prebuilds');
  const koffi = readFileSync(join(ROOT, 'node_modules', 'koffi', 'package.json'), 'utf8');
  const { optionalDependencies } = JSON.parse(koffi) as { optionalDependencies: Record<string, string> };
  return [
    ...readdirSync(join(ROOT, keytar)).map((name) => join(keytar, name, 'keytar.node')),
    ...Object.keys(optionalDependencies).flatMap((name) => {
      const [system = '', arch = ''] = name.replace('@koromix/koffi-', '').split('-');
      const kinds = system === 'linux' ? ['linux', 'musl'] : [system];
      return kinds.map((kind) => join('node_modules', name, `${kind}_${arch}`, 'koffi.node'));
    }),
  ];
}

/** Where each of them comes to lie in a package, by electron-builder's own matchers. */
function packed(system: System, arch: string): string[] {
  const custom = config[system];
  const macroExpander = (text: string) => text.replaceAll('${arch}', arch);
  const options = { macroExpander, customBuildOptions: custom, globalOutDir: '/out', defaultSrc: ROOT };
  const packager = { config, debugLogger: { isEnabled: false } };
  const inside = builder.getNodeModuleFileMatcher(ROOT, '/app', macroExpander, custom, packager);
  const beside = builder.getFileMatchers(config, 'extraResources', '/resources', options) ?? [];
  const taken = (matchers: Matcher[], place: string) =>
    matchers.flatMap((matcher) => {
      const filter = matcher.createFilter();
      return natives()
        .map((path) => join(ROOT, path))
        .filter((path) => path.startsWith(`${matcher.from}/`) && filter(path, { isDirectory: () => false }))
        .map((path) => place + matcher.to.replace(/^\/\w+/, '') + path.slice(matcher.from.length));
    });
  return [...taken([inside], 'app.asar.unpacked'), ...taken(beside, 'resources')];
}

describe('electron-builder.yml', () => {
  it.each([
    ['runAsNode', false],
    ['enableNodeOptionsEnvironmentVariable', false],
    ['enableNodeCliInspectArguments', false],
    ['enableCookieEncryption', true],
    ['enableEmbeddedAsarIntegrityValidation', true],
    ['onlyLoadAppFromAsar', true],
    ['grantFileProtocolExtraPrivileges', false],
  ])('[C45] sets the fuse %s for every system: %s', (fuse, set) => {
    expect((config['electronFuses'] as Record<string, unknown>)[fuse]).toBe(set);
    for (const system of ['linux', 'mac', 'win'] as const)
      expect(config[system]).not.toHaveProperty('electronFuses');
  });

  it('is valid by electron-builder’s own schema, for every target', async () => {
    // Seconds, most of them to compile the schema.
    await builder.validateConfiguration(config, new DebugLogger(false));
    expect(config.linux['target']).toEqual(['deb', 'rpm', 'AppImage', 'flatpak']);
    // An update is taken from the zip.
    const arch = ['x64', 'arm64'];
    expect(config.mac['target']).toEqual([
      { target: 'dmg', arch },
      { target: 'zip', arch },
    ]);
    expect(config.win['target']).toEqual(['nsis']);
  }, 60_000);

  it.each<[System, string]>([
    ['linux', 'x64'],
    ['linux', 'arm64'],
    ['mac', 'x64'],
    ['mac', 'arm64'],
    ['win', 'x64'],
    ['win', 'arm64'],
  ])('takes the native modules of %s-%s and of no other system', (system, arch) => {
    const files = packed(system, arch);
    expect(wrongNatives(files, SYSTEMS[system], arch)).toEqual([]);
    expect(files).toHaveLength(4);
  });

  it('is packaged for Linux below a folder without a space, by every command that makes such a package', async () => {
    const name = String(config['productName']);
    expect(wrongFolder(name, 'linux')).toBe(
      `/opt/${name} has a space; package with -c.productName=${LINUX_PRODUCT_NAME}`,
    );
    expect(wrongFolder(name, 'darwin')).toBeNull();
    expect(wrongFolder(LINUX_PRODUCT_NAME, 'linux')).toBeNull();
    const workflow = await readFile(join(ROOT, '.github/workflows/release.yml'), 'utf8');
    const commands = workflow.split('\n').filter((line) => line.includes('electron-builder --linux'));
    expect(commands).toHaveLength(1);
    expect(commands[0]).toContain(` -c.productName=${LINUX_PRODUCT_NAME} `);
    expect(await readFile(join(ROOT, 'assets/packages/globus-token'), 'utf8')).toContain(
      `exec /opt/${LINUX_PRODUCT_NAME}/resources/cli/globus-token "$@"`,
    );
  });

  it('is known to desktops by one name with dots: file, windows, notifications, questions for keys', async () => {
    const { desktopName } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      desktopName: string;
    };
    expect(desktopName).toBe(`${DESKTOP_FILE}.desktop`);
    expect(DESKTOP_FILE).toMatch(/^[a-z_]+(?:\.[a-z_]+){2,}$/);
    expect(config['linux']).toMatchObject({ syncDesktopName: true });
    for (const text of await Promise.all(METAINFO.map((name) => readFile(join(ROOT, name), 'utf8')))) {
      expect(text).toContain(`<launchable type="desktop-id">${desktopName}</launchable>`);
    }
  });

  it('lets the menu start an AppImage in Chromium’s sandbox', () => {
    // Left out it is --no-sandbox; the deb, the rpm and the Flatpak have none.
    expect(config['appImage']).toEqual({ executableArgs: [] });
    expect(JSON.stringify(config)).not.toContain('no-sandbox');
  });

  it('names no identity, certificate or publisher: signing comes from the environment', async () => {
    const text = await readFile(join(ROOT, 'electron-builder.yml'), 'utf8');
    expect(text).not.toMatch(
      /^\s*(?:identity|cscLink|cscKeyPassword|certificate\w*|publisherName|notarize|provisioningProfile|azureSignOptions|publish):/m,
    );
    expect(config.mac).toMatchObject({ hardenedRuntime: true });
    const rights = await readFile(join(ROOT, String(config.mac['entitlements'])), 'utf8');
    expect([...rights.matchAll(/<key>(.*)<\/key>/g)].map(([, key]) => key)).toEqual([
      'com.apple.security.cs.allow-jit',
    ]);
  });

  it('lets the Flatpak see no file of the user’s, and talk to what the app talks to', () => {
    const { finishArgs } = config['flatpak'] as { finishArgs: string[] };
    expect(
      finishArgs.filter((right) =>
        /filesystem|device|own-name|socket=(?:x11|session-bus|system-bus)/.test(right),
      ),
    ).toEqual([]);
    const names = [
      ...[SECRETS.destination, ...KWALLET_NAMES],
      ...['org.gnome.keyring', 'org.keepassxc.KeePassXC.MainWindow'],
      ...['org.freedesktop.Notifications', 'org.kde.StatusNotifierWatcher'],
      ...['org.freedesktop.ScreenSaver', 'org.gnome.ScreenSaver'],
    ];
    expect(finishArgs).toEqual(expect.arrayContaining(names.map((name) => `--talk-name=${name}`)));
    expect(finishArgs).toContain('--system-talk-name=org.freedesktop.login1');
  });

  it('tells software centres of the Flatpak by its own name, and of no command that it has not', async () => {
    const { files } = config['flatpak'] as { files: [string, string][] };
    expect(files.map(([, to]) => to)).toEqual(['/share/metainfo/org.globus_token_tray.app.metainfo.xml']);
    const text = await readFile(join(ROOT, files[0]?.[0] ?? ''), 'utf8');
    expect(text).toContain('<id>org.globus_token_tray.app</id>');
    expect(text).toContain('<launchable type="desktop-id">org.globus_token_tray.app.desktop</launchable>');
    expect(text).not.toContain('globus-token<');
  });
});

describe('the check of what was packed', () => {
  const good = [
    'resources/app.asar.unpacked/node_modules/keytar/prebuilds/linux-x64/keytar.node',
    'resources/app.asar.unpacked/node_modules/@koromix/koffi-linux-x64/linux_x64/koffi.node',
    'resources/node_modules/keytar/prebuilds/linux-x64/keytar.node',
    'resources/node_modules/@koromix/koffi-linux-x64/linux_x64/koffi.node',
  ];

  it('finds nothing wrong with what is there', () => {
    expect(wrongNatives(good, 'linux', 'x64')).toEqual([]);
  });

  it('names what is missing and what is foreign', () => {
    const musl = 'resources/node_modules/@koromix/koffi-linux-x64/musl_x64/koffi.node';
    expect(wrongNatives([...good.slice(1), musl], 'linux', 'x64')).toEqual([
      `${musl} is not for linux-x64`,
      'app.asar.unpacked: keytar/prebuilds/linux-x64/ is missing',
    ]);
    expect(wrongNatives(good, 'darwin', 'arm64')).toHaveLength(8);
  });
});
