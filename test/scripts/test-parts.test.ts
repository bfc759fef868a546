import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesWithoutParts, OWN_ROOT, partsNeeded, WINDOWS_NODE } from '../../scripts/test-parts.mjs';

describe('tests and the real parts they need', () => {
  it.each([
    ["import { KeyringSession } from '../../support/keyring-session.ts';", 'gnome-keyring'],
    ["import { startDesktopSession } from '../support/desktop-session.ts';", 'xvfb'],
    ["import { startTrayApp } from '../support/tray-app.ts';", 'electron'],
    ["import { visitConsent } from '../support/electron-app.ts';", 'chromium'],
    ["import { pageHost } from './page-host.ts';", 'chromium'],
    ["import { Walker } from '../support/walker.ts';", 'chromium'],
    ["import { makeInstallers } from '../support/installers.ts';", 'rpm'],
    ["import { builtPackages } from '../support/packages.ts';", 'electron'],
    ["import { makeSmallSystem } from '../support/small-system.ts';", OWN_ROOT],
    ["import { startWaylandSession } from '../support/wayland-session.ts';", 'sway'],
    ["import { startDunst } from '../support/dunst.ts';", 'dunst'],
    ["import { startCopyQ } from '../support/copyq.ts';", 'copyq'],
    ["import { KWalletSession } from '../../support/kwallet-session.ts';", 'kwallet'],
    ["import { KeePassXCSession } from '../../support/keepassxc-session.ts';", 'keepassxc'],
    ["import { startWine } from '../../support/wine.ts';", 'wine64'],
    ["import { startWine } from '../../support/wine.ts';", WINDOWS_NODE],
    ["process.env['APT_CONFIG']", 'apt'],
    ["import { inShells } from '../../support/shells.ts';", 'zsh'],
  ])('%s needs %s', (line, part) => {
    expect(partsNeeded(line)).toContain(part);
  });

  it('asks nothing of a test that needs nothing', () => {
    expect(partsNeeded("import { describe } from 'vitest';")).toEqual([]);
  });

  it('names each file that cannot run, with what it lacks, and no other', async () => {
    const root = await mkdtemp(join(tmpdir(), 'parts-'));
    await mkdir(join(root, 'test', 'e2e'), { recursive: true });
    await writeFile(join(root, 'test', 'plain.test.ts'), "import 'vitest';");
    await writeFile(join(root, 'test', 'e2e', 'app.test.ts'), "import '../support/tray-app.ts';");
    expect(await filesWithoutParts(root, ['xvfb', 'fish'])).toEqual([
      { file: 'test/e2e/app.test.ts', lacks: ['xvfb'] },
    ]);
    expect(await filesWithoutParts(root, [])).toEqual([]);
    await rm(root, { recursive: true });
  });
});
