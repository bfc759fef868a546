/**
 * Autostart files as the freedesktop specifications have them (Desktop Entry 1.5, Desktop Application
 * Autostart 0.5). Pure: text in, text out.
 */
export interface AutostartEntry {
  /** Program and arguments, unquoted, without field codes; null: there is none, or it cannot be understood. */
  exec: readonly string[] | null;
  /** Only worth starting when this program is there. */
  tryExec: string | null;
  /** False: the user or their desktop switched it off. */
  enabled: boolean;
  onlyShowIn: readonly string[] | null;
  notShowIn: readonly string[];
  /** Written by this app. */
  marked: boolean;
}

const GROUP = '[Desktop Entry]';
const MARK = 'X-Globus-Token-Tray';
const OFF_FOR_GNOME = 'X-GNOME-Autostart-enabled';

/** @param exec as `execLine` writes it */
export function entryText(exec: string, enabled: boolean): string {
  return [
    GROUP,
    'Type=Application',
    'Name=Globus Token Tray',
    'Comment=Shows the state of your Globus tokens',
    `Exec=${exec}`,
    'Icon=globus-token-tray',
    'Terminal=false',
    'StartupNotify=false',
    `${MARK}=autostart`,
    ...(enabled ? [] : ['Hidden=true']),
    '',
  ].join('\n');
}

/** Null: no desktop entry at all. */
export function readEntry(text: string): AutostartEntry | null {
  const values = new Map<string, string>();
  let group = '';
  for (const line of text.split(/\r?\n/)) {
    if (/^\[.*\]\s*$/.test(line)) group = line.trim();
    const [, key, value] = /^([A-Za-z0-9-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (group === GROUP && key !== undefined && value !== undefined) values.set(key, value);
  }
  if (values.get('Type') !== 'Application') return null;
  const list = (key: string) => values.get(key)?.split(';').filter(Boolean);
  const exec = values.get('Exec');
  return {
    exec: exec === undefined ? null : readExec(exec),
    tryExec: unescape(values.get('TryExec') ?? '') || null,
    enabled: values.get('Hidden') !== 'true' && values.get(OFF_FOR_GNOME) !== 'false',
    onlyShowIn: list('OnlyShowIn') ?? null,
    notShowIn: list('NotShowIn') ?? [],
    marked: values.has(MARK),
  };
}

/** The same file, switched; whatever else its owner wrote into it stays. @param exec replaces its command */
export function switched(text: string, enabled: boolean, exec?: string): string {
  const set = new Map([['Hidden', String(!enabled)]]);
  if (text.includes(OFF_FOR_GNOME)) set.set(OFF_FOR_GNOME, String(enabled));
  if (exec !== undefined) set.set('Exec', exec);
  const lines: string[] = [];
  let group = '';
  for (const line of text.split(/\r?\n/)) {
    if (/^\[.*\]\s*$/.test(line)) {
      group = line.trim();
      lines.push(line);
      if (group === GROUP) lines.push(...[...set].map(([key, value]) => `${key}=${value}`));
      continue;
    }
    const key = /^([A-Za-z0-9-]+)\s*=/.exec(line)?.[1];
    if (group !== GROUP || key === undefined || !set.has(key)) lines.push(line);
  }
  return lines.join('\n');
}

/**
 * A command of plain arguments as the value of `Exec`; null: one that cannot be written. "=" in the program's
 * path is forbidden by the specification, control characters end the line, and GLib (GNOME) looks for a program
 * with "%" before it has read "%%" as that.
 */
export function execLine([program, ...rest]: readonly [string, ...string[]]): string | null {
  const parts = [program, ...rest];
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  if (/[=%]/.test(program) || parts.some((part) => part === '' || /[\u0000-\u001f\u007f]/.test(part))) {
    return null;
  }
  return parts.map((part) => escape(quoted(part.replaceAll('%', '%%')))).join(' ');
}

/** The reserved characters of an unquoted argument. */
const RESERVED = /[\s"'\\><~|&;$*?#()`]/;

function quoted(part: string): string {
  return RESERVED.test(part) ? `"${part.replace(/["`$\\]/g, '\\$&')}"` : part;
}

/** Values of the type string escape once more, below the quoting. */
function escape(value: string): string {
  return value.replaceAll('\\', '\\\\');
}

function unescape(value: string): string {
  const letters: Record<string, string> = { s: ' ', n: '\n', t: '\t', r: '\r', '\\': '\\' };
  return value.replace(/\\(.)/g, (whole, letter: string) => letters[letter] ?? whole);
}

function readExec(value: string): string[] | null {
  const text = unescape(value).trim();
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const found = /^(?:"((?:[^"`$\\]|\\["`$\\])*)"|([^\s"'\\><~|&;$*?#()`]+))(?:\s+|$)/.exec(text.slice(at));
    if (found === null) return null;
    at += found[0].length;
    const part = found[2] ?? (found[1] ?? '').replace(/\\(.)/g, '$1');
    // Field codes stand for files to open: at the start of a session there are none.
    if (!/^%[a-zA-Z]$/.test(part)) parts.push(part.replaceAll('%%', '%'));
  }
  return parts.length === 0 ? null : parts;
}
