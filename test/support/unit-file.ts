/** One `Name=value` of a unit file, under its section. */
export interface UnitLine {
  readonly section: string;
  readonly name: string;
  readonly value: string;
}

/**
 * A unit file as systemd.syntax(7) has it, as far as ours go: sections, assignments, comments; no continued lines.
 *
 * @throws Error for a line that is none of these
 */
export function parseUnit(text: string): UnitLine[] {
  let section = '';
  return text.split('\n').flatMap((line, at) => {
    if (line === '' || /^[#;]/.test(line)) return [];
    const [, head] = /^\[([A-Z][A-Za-z]+)\]$/.exec(line) ?? [];
    if (head !== undefined) {
      section = head;
      return [];
    }
    const [, name, value] = /^([A-Z][A-Za-z0-9]+)=(.*[^\\])$/.exec(line) ?? [];
    if (name === undefined || value === undefined || section === '') {
      throw new Error(`line ${at + 1} is nothing that systemd understands: ${line}`);
    }
    return [{ section, name, value }];
  });
}

/** The words of a command line (systemd.service(5), "Command lines"), with `%%` and `$$` taken for what they mean. */
export function execWords(value: string): string[] {
  return [...value.matchAll(/"((?:[^"\\]|\\.)*)"|([^\s"]+)/g)].map(([, quoted, plain]) =>
    (quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1'))
      .replaceAll('%%', '%')
      .replaceAll('$$', '$'),
  );
}
