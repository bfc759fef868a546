import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './build-targets.mjs';

/**
 * @typedef {object} Licensed
 * @property {string} name
 * @property {string} version
 * @property {string} [identifier] SPDX expression; absent: the package names none.
 * @property {string} [text] Of its licence file; absent: it has none.
 */

/** Bundles that a package holds; the demo’s is in none. */
export const SHIPPED = /** @type {const} */ (['main', 'preload', 'renderer', 'cli', 'headless']);

/** Licences that let everybody pass the package on when the text goes with it. Any other is looked at first. */
export const ALLOWED = [
  'MIT',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Unlicense',
];

/**
 * Read by a person, because the package says too little itself; for this version, so that the next is read again.
 *
 * @type {Readonly<Record<string, Partial<Licensed>>>}
 */
const LOOKED_AT = {
  // Its LICENSE is MIT's text, its package.json names none.
  'svelte-toolbelt@0.10.7': { identifier: 'MIT' },
  // Its package.json names MIT and its author; it brings no text.
  'lazy-val@1.0.5': {
    text: 'MIT License, by Vladimir Krivosheev (develar). The package brings no text of its own.',
  },
};

/** In every bundle with a piece of its own, though no file of it is among a bundle’s modules. */
const RUNTIMES = ['rolldown'];

/** Where `build` puts what Vite found in a bundle (`build.license`). */
export const licenceFile = (/** @type {string} */ dist, /** @type {string} */ target) =>
  join(dist, '.licences', `${target}.json`);

/**
 * Everything of others that the app’s package holds: what is in the bundles, the native modules beside them, and
 * Electron. Chromium’s and Node’s own parts are in the file that Electron brings along.
 *
 * @param {string} dist The folder of the built bundles.
 * @returns {Promise<Licensed[] | null>} By name; null while a bundle is missing.
 */
export async function licencesIn(dist) {
  const lists = await Promise.all(
    SHIPPED.map((target) => readFile(licenceFile(dist, target), 'utf8').catch(() => null)),
  );
  if (lists.includes(null)) return null;
  const bundled = lists.flatMap((text) => /** @type {Licensed[]} */ (JSON.parse(text ?? '[]')));
  const own = /** @type {Record<'dependencies' | 'optionalDependencies', Record<string, string>>} */ (
    JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  );
  const whole = [
    ...Object.keys({ ...own.dependencies, ...own.optionalDependencies }),
    ...RUNTIMES,
    'electron',
  ];
  const all = [...bundled, ...(await Promise.all(whole.map(readLicence)))];
  const byName = new Map(all.map((one) => [`${one.name}@${one.version}`, one]));
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => ({ ...one, ...LOOKED_AT[key] }));
}

/**
 * @param {Licensed} one
 * @returns {string | null} What is wrong, a phrase.
 */
export function licenceTrouble({ identifier, text }) {
  if (identifier === undefined) return 'names no licence';
  if (!isAllowed(identifier)) return `has the licence ${identifier}, which nobody has looked at`;
  if (text === undefined || text === '') return 'has no licence text to pass on';
  return null;
}

/**
 * An SPDX expression without nesting; of `OR` one has to be allowed, of `AND` each.
 *
 * @param {string} expression
 */
function isAllowed(expression) {
  const bare = expression.replace(/^\((.*)\)$/, '$1');
  if (/ AND /.test(bare)) return bare.split(' AND ').every((one) => ALLOWED.includes(one));
  return bare.split(' OR ').some((one) => ALLOWED.includes(one));
}

/**
 * @param {readonly Licensed[]} list
 * @returns {string} Markdown.
 */
export function licenceDocument(list) {
  const head = `# Licences

Globus Token Tray is under the Apache License 2.0, see LICENSE. Its packages hold the work of others, with
thanks, under the licences below. What Electron consists of, Chromium and Node.js among it, is in
LICENSES.chromium.html beside the app.
`;
  const parts = list.map(({ name, version, identifier, text }) => {
    const fence = '`'.repeat(4);
    return `\n## ${name} ${version} (${identifier ?? 'unknown'})\n\n${fence}text\n${text ?? ''}\n${fence}\n`;
  });
  return head + parts.join('');
}

/** @param {string} name Folder in node_modules. @returns {Promise<Licensed>} */
async function readLicence(name) {
  const folder = join(ROOT, 'node_modules', name);
  const found = /** @type {{ name: string, version: string, license?: string }} */ (
    JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  );
  const file = (await readdir(folder)).sort().find((entry) => /^licen[cs]e(\.(md|txt))?$/i.test(entry));
  return {
    name: found.name,
    version: found.version,
    ...(found.license !== undefined && { identifier: found.license }),
    ...(file !== undefined && { text: (await readFile(join(folder, file), 'utf8')).trim() }),
  };
}
