/** The fields of /proc/<pid>/stat that identity needs (proc(5)). */
export interface Stat {
  readonly name: string;
  readonly parent: number;
  readonly session: number;
  readonly tty: string | null;
  readonly startTime: string;
}

/**
 * Parses /proc/<pid>/stat. The name stands in parentheses and may itself hold parentheses, spaces and line
 * breaks, so the fields are counted from the last `)`. Null for anything that is no such line.
 */
export function parseStat(text: string): Stat | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open || text[close + 1] !== ' ') return null;
  // Field 3 (state) comes first; proc(5) counts from 1.
  const fields = text.slice(close + 2).split(' ', 20);
  const parent = integer(fields[4 - 3]);
  const session = integer(fields[6 - 3]);
  const tty = integer(fields[7 - 3]);
  const startTime = fields[22 - 3]?.trimEnd();
  if (parent === null || session === null || tty === null) return null;
  if (startTime === undefined || !/^\d+$/.test(startTime)) return null;
  return { name: text.slice(open + 1, close), parent, session, tty: ttyName(tty), startTime };
}

/**
 * Arguments of /proc/<pid>/cmdline: each ends with a NUL, empty ones included. A process that rewrote its title
 * leaves one long string and sometimes a row of NULs behind it, which is padding and no arguments.
 */
export function parseCmdline(text: string): string[] {
  if (text === '') return [];
  const ended = text.endsWith('\0') ? text.slice(0, -1) : text;
  const argv = ended.split('\0');
  const [first, ...rest] = argv;
  return rest.length > 0 && rest.every((argument) => argument === '') && first?.includes(' ') === true
    ? [first]
    : argv;
}

/**
 * Name of a terminal from its device number (field 7 of stat, a signed 32-bit integer; 0 means none):
 * minor in bits 31–20 and 7–0, major in bits 15–8 (proc(5)); majors from the kernel's devices.txt.
 */
export function ttyName(device: number): string | null {
  if (device === 0) return null;
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  if (major >= 136 && major <= 143) return `pts/${(major - 136) * 256 + minor}`;
  if (major === 4) return minor < 64 ? `tty${minor}` : `ttyS${minor - 64}`;
  if (major === 229) return `hvc${minor}`;
  return `tty ${major}:${minor}`;
}

/**
 * The innermost systemd unit that /proc/<pid>/cgroup names, from the unified hierarchy ("0::/…") or systemd's
 * own ("1:name=systemd:/…"); the path's last part is the cgroup itself (cgroups(7)).
 */
export function unitOfCgroup(text: string): string | null {
  for (const line of text.split('\n')) {
    const match = /^(?:0::|\d+:name=systemd:)(\/.*)$/.exec(line);
    const unit = match?.[1]?.split('/').findLast((part) => /\.(?:service|scope)$/.test(part));
    if (unit !== undefined) return unit;
  }
  return null;
}

function integer(text: string | undefined): number | null {
  const value = text === undefined || text === '' ? NaN : Number(text);
  return Number.isInteger(value) ? value : null;
}
