import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/build-targets.mjs';
import { isSupported, STABLE_SINCE, supportedUntil } from '../../scripts/electron-support.mjs';

const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  devDependencies: { electron: string };
};

describe('the Electron that is shipped', () => {
  it('[C46] is one exact version of a major that is supported on the day of this build', () => {
    expect(devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/);
    const until = supportedUntil(devDependencies.electron);
    const what = `Electron ${devDependencies.electron}, mended until ${until?.toISOString().slice(0, 10) ?? '?'}`;
    expect(isSupported(devDependencies.electron, new Date()), what).toBe(true);
  });

  it('[C46] counts as supported while it is one of the latest three', () => {
    const days = Object.values(STABLE_SINCE).map((day) => new Date(day));
    for (const [index, version] of Object.keys(STABLE_SINCE).entries()) {
      const third = days[index + 3];
      if (third === undefined) continue;
      expect(isSupported(`${version}.0.0`, new Date(third.getTime() - 1))).toBe(true);
      expect(isSupported(`${version}.9.9`, third)).toBe(false);
    }
  });

  it('[C46] is not taken for supported when nobody wrote down since when it is stable', () => {
    expect(isSupported('33.4.11', new Date('2026-11-29'))).toBe(false);
    expect(isSupported('999.0.0', new Date('2026-11-29'))).toBe(false);
  });
});
