const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
/** Longer than anything that the broker takes. */
const LONGEST = 99_999_999;

/** `90`, `90s`, `30m`, `72h`, `7d` as seconds; null: it is none of these. The shell launcher reads the same. */
export function parseDuration(text: string): number | null {
  const [, digits = '', unit = 's'] = /^(\d{1,8})([smhd])?$/.exec(text) ?? [];
  if (digits === '') return null;
  const seconds = Number(digits) * (UNITS[unit] ?? 1);
  return seconds > LONGEST ? null : seconds;
}

/** Seconds for people: the two largest units, "2 d 4 h"; "0 s" and less are "now". */
export function durationText(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole <= 0) return 'now';
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor((whole % 86_400) / 3_600), 'h'],
    [Math.floor((whole % 3_600) / 60), 'min'],
    [whole % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
