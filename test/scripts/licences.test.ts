import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../scripts/build.mjs';
import {
  type Licensed,
  licenceDocument,
  licenceFile,
  licencesIn,
  licenceTrouble,
  SHIPPED,
} from '../../scripts/licence-list.mjs';
import { DIST } from '../support/dist.ts';

describe('the work of others in the package', () => {
  let list: Licensed[];
  beforeAll(async () => {
    await build({ only: SHIPPED });
    list = (await licencesIn(DIST)) ?? [];
  }, 120_000);

  it('is all under licences that let everybody pass it on, with their texts', () => {
    const troubles = list.map((one) => `${one.name} ${licenceTrouble(one) ?? 'is fine'}`);
    expect(troubles.filter((line) => !line.endsWith(' is fine'))).toEqual([]);
  });

  it('is found in every kind of bundle, in the native modules and in Electron', () => {
    const names = list.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['electron-store', 'pino', 'svelte', 'bits-ui', 'zod']));
    expect(names).toEqual(expect.arrayContaining(['@github/keytar', 'koffi', 'electron']));
    // What only tests and tools use.
    expect(names).not.toContain('vitest');
    expect(names).not.toContain('playwright-core');
  });
});

describe('licenceTrouble', () => {
  it.each([
    ['MIT', null],
    ['(MIT OR GPL-3.0)', null],
    ['(MIT AND Apache-2.0)', null],
    ['MIT AND GPL-3.0', 'has the licence MIT AND GPL-3.0, which nobody has looked at'],
    ['GPL-3.0-only', 'has the licence GPL-3.0-only, which nobody has looked at'],
    [undefined, 'names no licence'],
  ])('says of %s: %s', (identifier, expected) => {
    const one = {
      name: 'x',
      version: '1.0.0',
      text: 'text',
      ...(identifier !== undefined && { identifier }),
    };
    expect(licenceTrouble(one)).toBe(expected);
  });

  it('wants a text', () => {
    expect(licenceTrouble({ name: 'x', version: '1.0.0', identifier: 'MIT' })).toMatch(/no licence text/);
  });
});

describe('licencesIn', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'licences-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('answers null while a bundle is missing, then names each package once, by name', async () => {
    const one = { name: 'zebra', version: '1.0.0', identifier: 'MIT', text: 'Zebra’s text' };
    expect(await licencesIn(folder)).toBeNull();
    for (const target of SHIPPED) {
      await mkdir(dirname(licenceFile(folder, target)), { recursive: true });
      await writeFile(licenceFile(folder, target), JSON.stringify([one]));
    }
    const list = (await licencesIn(folder)) ?? [];
    expect(list.map(({ name }) => name)).toEqual([
      '@github/keytar',
      'electron',
      'koffi',
      'rolldown',
      'zebra',
    ]);
    const document = licenceDocument(list);
    expect(document).toContain('## zebra 1.0.0 (MIT)');
    expect(document).toContain('Zebra’s text');
  });
});
