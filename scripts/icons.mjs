// Draws assets/generated/*.png from the SVG sources (assets/README.md). Run it with `npm run icons` after
// changing one; the output is committed, because packaging and tests need it without a drawing step.
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Resvg } from '@resvg/resvg-js';

const ASSETS = join(import.meta.dirname, '..', 'assets');
const APP_SIZES = [16, 32, 48, 64, 128, 256, 512, 1024];
const TRAY_SIZES = [16, 24, 32, 48];
/**
 * Mid-tones: at least 3:1 against a white panel and against a near-black one, so that one file serves both.
 * The shapes alone already tell the states apart.
 */
export const TRAY_COLOURS = /** @type {const} */ ({
  asking: '#12907c',
  ok: '#2b84c6',
  expiring: '#c27803',
  attention: '#e04f4f',
  locked: '#8a70d6',
  offline: '#7d858e',
  'signed-out': '#7d858e',
});

/** @param {string} folder Emptied first. @returns {Promise<readonly string[]>} Names of the files made. */
export async function drawIcons(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const app = await readFile(join(ASSETS, 'app-icon.svg'), 'utf8');
  // A folder with one file per size is how electron-builder finds those for the icon theme.
  await mkdir(join(folder, 'app-icon'));
  for (const size of APP_SIZES) await draw(app, size, join(folder, 'app-icon', `${size}.png`));
  for (const [state, colour] of Object.entries(TRAY_COLOURS)) {
    const source = await readFile(join(ASSETS, 'tray', `${state}.svg`), 'utf8');
    const coloured = source.replaceAll('currentColor', colour);
    for (const size of TRAY_SIZES) {
      await draw(coloured, size, join(folder, `tray-${state}-${size}.png`));
      await draw(coloured, size * 2, join(folder, `tray-${state}-${size}@2x.png`));
    }
    // macOS reads the alpha channel alone and tints it for the menu bar.
    const template = source.replaceAll('currentColor', '#000000');
    await draw(template, 16, join(folder, `tray-${state}-Template.png`));
    await draw(template, 32, join(folder, `tray-${state}-Template@2x.png`));
  }
  return (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.png')).sort();
}

/** @param {string} svg @param {number} size Pixels, square. @param {string} path */
async function draw(svg, size, path) {
  const image = new Resvg(svg, { fitTo: { mode: 'width', value: size }, font: { loadSystemFonts: false } });
  await writeFile(path, image.render().asPng());
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const names = await drawIcons(join(ASSETS, 'generated'));
  process.stderr.write(`drew ${names.length} icons\n`);
}
