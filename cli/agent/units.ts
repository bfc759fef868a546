import { homedir } from 'node:os';
import { Failure } from '../failure.ts';
import { json } from '../output.ts';
import type { Context } from '../types.ts';
import { installUnits, uninstallUnits, unitFolder } from './install.ts';
import { told } from './refusals.ts';
import { agentBundle } from './start.ts';
import { type Manager, unitFiles } from './unit-texts.ts';

/** `--unit`, `--install`, `--uninstall`. @param args options of the agent @throws Failure */
export function units(
  context: Context,
  action: 'unit' | 'install' | 'uninstall',
  wanted: Manager | null,
  args: readonly string[],
): number {
  const { dist, env, platform } = context;
  if (action !== 'unit' && platform === 'win32') {
    throw new Failure('usage', 'Windows has neither systemd nor launchd.', 'globus-token agent --on-demand');
  }
  const manager = wanted ?? (platform === 'darwin' ? 'launchd' : 'systemd');
  const folder = unitFolder(manager, env, homedir());
  if (action === 'uninstall') {
    const { files, command } = told(() => uninstallUnits(manager, folder));
    report(context, 'removed', files, command);
    return 0;
  }
  const files = unitFiles(manager, {
    node: process.execPath,
    agent: agentBundle(dist),
    args,
  });
  if (action === 'unit') {
    if (context.json) context.out(json(files.map(({ name, text }) => ({ path: `${folder}/${name}`, text }))));
    else context.out(files.map(({ name, text }) => headed(manager, `${folder}/${name}`, text)).join('\n'));
    return 0;
  }
  // What npx downloads is cleaned away one day, and the unit would start nothing.
  if (/[\\/]_npx[\\/]/.test(dist)) {
    throw new Failure(
      'usage',
      'This is npx’s copy of globus-token, which does not stay.',
      'npm install --global globus-token-tray, then again',
    );
  }
  const installed = told(() => installUnits(manager, folder, files));
  report(context, 'written', installed.files, installed.command);
  if (!context.json && manager === 'systemd') context.err(LINGER);
  return 0;
}

const LINGER = 'To have it run while you are not logged in: loginctl enable-linger\n';

/** systemd takes comments before the first section; launchd’s file must start with its own first line. */
function headed(manager: 'systemd' | 'launchd', path: string, text: string): string {
  return manager === 'systemd' ? `# ${path}\n${text}` : text;
}

function report(context: Context, what: 'written' | 'removed', files: readonly string[], line: string): void {
  if (context.json) {
    context.out(json({ [what]: files, command: line }));
    return;
  }
  if (files.length === 0) context.err('There was nothing to remove.\n');
  for (const file of files) context.err(`${what}: ${file}\n`);
  context.err('Now run:\n');
  context.out(`${line}\n`);
}
