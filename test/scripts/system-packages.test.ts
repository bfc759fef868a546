import { describe, expect, it } from 'vitest';
import { installLine, missingPackages, TEST_PACKAGES } from '../../scripts/system-packages.mjs';

const machine = (present: readonly string[]) => ({
  command: (name: string) => Promise.resolve(present.includes(name)),
  library: (name: string) => Promise.resolve(present.includes(name)),
  path: (name: string) => Promise.resolve(present.includes(name)),
  file: (name: string) => Promise.resolve(present.includes(name)),
});

describe('missingPackages()', () => {
  it('looks for the command or the library of a package, not for its name', async () => {
    const names = ['xvfb', 'dbus', 'libnss3', 'libgbm1', 'python3', 'openssh-server'];
    const present = machine(['Xvfb', 'dbus', 'libnss3.so', '/usr/bin/python3', 'sshd']);
    await expect(missingPackages(names, present)).resolves.toEqual(['dbus', 'libgbm1', 'openssh-server']);
  });

  it('finds on this machine what the tests themselves run on', async () => {
    await expect(missingPackages(['xvfb', 'dbus', 'libnss3', 'fonts-dejavu-core'])).resolves.toEqual([]);
  });

  it('knows a sign for every package of the tests and refuses a name without one', async () => {
    await expect(missingPackages(TEST_PACKAGES, machine([]))).resolves.toEqual(TEST_PACKAGES);
    await expect(missingPackages(['no-such-package'])).rejects.toThrow('no sign is known');
  });
});

describe('a part that releases of Debian have in different packages', () => {
  it('is there when those of one release are', async () => {
    const newer = ['kwalletd6', 'qca-qt6/crypto/libqca-ossl.so'];
    const older = ['kwalletd5', 'qca-qt5/crypto/libqca-ossl.so'];
    for (const present of [newer, older])
      await expect(missingPackages(['kwallet'], machine(present))).resolves.toEqual([]);
    const mixed = machine(['kwalletd6', 'qca-qt5/crypto/libqca-ossl.so']);
    await expect(missingPackages(['kwallet'], mixed)).resolves.toEqual(['kwallet']);
  });
});

describe('installLine()', () => {
  it('asks for sudo only where it is needed', () => {
    expect(installLine(['zsh', 'fish'], true)).toBe('apt-get install -y --no-install-recommends zsh fish');
    expect(installLine(['zsh'], false)).toMatch(/^sudo apt-get /);
  });
});
