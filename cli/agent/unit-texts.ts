import service from '../../assets/units/globus-token-agent.service.in?raw';
import socket from '../../assets/units/globus-token-agent.socket.in?raw';
import plist from '../../assets/units/org.globus-token-tray.agent.plist.in?raw';
import { Failure } from '../failure.ts';

/** Who starts the agent. */
export type Manager = 'systemd' | 'launchd';

export interface UnitFile {
  readonly name: string;
  readonly text: string;
}

export interface UnitParts {
  /** Absolute path of the Node program. */
  readonly node: string;
  /** Absolute path of the agent’s program. */
  readonly agent: string;
  /** Options of the agent. */
  readonly args: readonly string[];
}

export const SOCKET_UNIT = 'globus-token-agent.socket';
export const SERVICE_UNIT = 'globus-token-agent.service';
export const LAUNCHD_LABEL = 'org.globus-token-tray.agent';

/**
 * The files that have a service manager start the agent, with the paths of this installation.
 *
 * @throws Failure `usage` for a path or option that no unit can name
 */
export function unitFiles(manager: Manager, { node, agent, args }: UnitParts): UnitFile[] {
  // eslint-disable-next-line no-control-regex
  const odd = [node, agent, ...args].find((word) => /[\x00-\x1f\x7f]/.test(word));
  if (odd !== undefined) {
    throw new Failure('usage', `A unit cannot name ${JSON.stringify(odd)}.`, 'Move it to an ordinary path');
  }
  if (manager === 'launchd') {
    const options = args.map((word) => `\n      <string>${xml(word)}</string>`).join('');
    return [{ name: `${LAUNCHD_LABEL}.plist`, text: filled(plist, xml(node), xml(agent), options) }];
  }
  const options = args.map((word) => ` ${systemdWord(word)}`).join('');
  return [
    { name: SOCKET_UNIT, text: socket },
    { name: SERVICE_UNIT, text: filled(service, systemdWord(node), systemdWord(agent), options) },
  ];
}

function filled(template: string, node: string, agent: string, options: string): string {
  const values: Readonly<Record<string, string>> = { NODE: node, AGENT: agent, OPTIONS: options };
  return template.replace(/@(NODE|AGENT|OPTIONS)@/g, (_, name: string) => values[name] ?? '');
}

/** One word of ExecStart=: quoted, with specifiers and variables taken literally (systemd.service(5), "Command lines"). */
function systemdWord(word: string): string {
  const escaped = word.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@%+=:,./-]+$/.test(escaped) && escaped === word ? word : `"${escaped}"`;
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
