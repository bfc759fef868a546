import service from '../../assets/units/globus-token-agent.service.in?raw';
import socket from '../../assets/units/globus-token-agent.socket.in?raw';
import plist from '../../assets/units/org.globus-token-tray.agent.plist.in?raw';
import { Failure } from '../failure.ts';
import { NODE_FLAGS } from './node-flags.ts';

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
    const strings = (words: readonly string[]) =>
      words.map((word) => `\n      <string>${xml(word)}</string>`).join('');
    const values = {
      NODE: xml(node),
      FLAGS: strings(NODE_FLAGS),
      AGENT: xml(agent),
      OPTIONS: strings(args),
    };
    return [{ name: `${LAUNCHD_LABEL}.plist`, text: filled(plist, values) }];
  }
  const words = (all: readonly string[]) => all.map((word) => ` ${systemdWord(word)}`).join('');
  const values = {
    NODE: systemdWord(node),
    FLAGS: words(NODE_FLAGS),
    AGENT: systemdWord(agent),
    OPTIONS: words(args),
  };
  return [
    { name: SOCKET_UNIT, text: socket },
    { name: SERVICE_UNIT, text: filled(service, values) },
  ];
}

function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/@(NODE|FLAGS|AGENT|OPTIONS)@/g, (_, name: string) => values[name] ?? '');
}

/** One word of ExecStart=: quoted, with specifiers and variables taken literally (systemd.service(5), "Command lines"). */
function systemdWord(word: string): string {
  const escaped = word.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@%+=:,./-]+$/.test(escaped) && escaped === word ? word : `"${escaped}"`;
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
