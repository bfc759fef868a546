import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SOCKET_UNIT } from '../agent/unit-texts.ts';
import { statOf } from './socket.ts';
import { systemdFinding } from './systemd.ts';
import { type Check, type DoctorParts, type Finding, ok, skipped, warn } from './types.ts';

/** Below a check's limit, so that what systemd says is told. Milliseconds. */
const PATIENCE_MS = 1_200;

/** Whether the agent starts by itself, and whether what starts it still leads somewhere. */
export const autostartCheck: Check = {
  name: 'autostart',
  exit: 'failed',
  async run(parts, signal) {
    const places = autostartPlaces(parts);
    if (places.length === 0) return [skipped('not looked at on this system')];
    const found = (await Promise.all(places.map(unitsIn))).flat();
    if (found.length === 0) return [ok('none is set up; the agent is started by hand or by the app')];
    const ofSystemd = found.some((path) => path.endsWith(`/${SOCKET_UNIT}`));
    const looked = await Promise.all([...found.map(brokenUnit), ofSystemd ? systemd(parts, signal) : null]);
    const troubles = looked.filter((one): one is Finding => one !== null);
    return troubles.length === 0 ? [ok(found.join(', '))] : troubles;
  },
};

async function systemd({ env, status }: DoctorParts, signal: AbortSignal): Promise<Finding | null> {
  const until = performance.now() + PATIENCE_MS;
  return systemdFinding(env, (await status).kind === 'silent' ? until : 0, signal);
}

function autostartPlaces({ platform, env, home }: DoctorParts): string[] {
  if (platform === 'darwin') return [join(home, 'Library', 'LaunchAgents')];
  if (platform !== 'linux') return [];
  const set = env['XDG_CONFIG_HOME'] ?? '';
  const config = set === '' ? join(home, '.config') : set;
  return [join(config, 'systemd', 'user'), join(config, 'autostart')];
}

/** Not the folders of a person's own changes beside them (`systemctl --user edit`). */
async function unitsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory() && /globus-token/.test(entry.name) && /\.\w+$/.test(entry.name))
    .map(({ name }) => join(folder, name))
    .sort();
}

async function brokenUnit(path: string): Promise<Finding | null> {
  const unit = await readFile(path, 'utf8').catch(() => null);
  if (unit === null) return warn(`${path} cannot be read`, 'Make it anew: globus-token agent --help');
  for (const program of programsOf(unit)) {
    if ((await statOf(program).catch(() => null)) !== null) continue;
    return warn(`${path} starts ${program}, which is not there`, 'Make it anew: globus-token agent --help');
  }
  return null;
}

/** Absolute paths of what a unit, a desktop entry or a property list starts: a program, and what that is to run. */
function programsOf(unit: string): string[] {
  const [, array = ''] = /<array>([^]*?)<\/array>/.exec(unit) ?? [];
  const strings = [...array.matchAll(/<string>([^<]*)<\/string>/g)].map(([, text = '']) => unescaped(text));
  const lines = [...unit.matchAll(/^(?:ExecStart|Exec)=[-@:+!]*(.*)$/gm)].map(([, line = '']) => words(line));
  return [strings, ...lines].flatMap((all) => all.filter((word) => word.startsWith('/')));
}

/** Of a command line of systemd's or of a desktop entry, with `%%` and `$$` taken for what they mean. */
function words(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|([^\s"]+)/g)].map(([, quoted, plain]) =>
    (quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '').replaceAll('%%', '%').replaceAll('$$', '$'),
  );
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
