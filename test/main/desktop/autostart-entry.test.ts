import { describe, expect, it } from 'vitest';
import { entryText, execLine, readEntry, switched } from '../../../main/desktop/autostart-entry.ts';

describe('execLine', () => {
  it.each([
    ['/usr/bin/globus-token-tray', '/usr/bin/globus-token-tray --hidden'],
    ['/opt/Globus Token Tray/tray', '"/opt/Globus Token Tray/tray" --hidden'],
    // Quoting first, then the string's own escapes (Desktop Entry Specification, "The Exec key").
    ['/a"b', '"/a\\\\"b" --hidden'],
    ['/a$b`c', '"/a\\\\$b\\\\`c" --hidden'],
    ['/a\\b', '"/a\\\\\\\\b" --hidden'],
    ["/it's", '"/it\'s" --hidden'],
    ['/zażółć', '/zażółć --hidden'],
  ])('writes %j as the specification wants it', (program, line) => {
    expect(execLine([program, '--hidden'])).toBe(line);
  });

  it('doubles the sign of a field code in an argument', () => {
    expect(execLine(['/a', '100%f'])).toBe('/a 100%%f');
  });

  it.each(['/a=b', '/100%', '/a\nExec=evil', '/a\u0000', '/a\u007f', ''])('refuses %j', (program) => {
    expect(execLine([program, '--hidden'])).toBeNull();
  });

  it('is read back as it was, whatever is in it', () => {
    const letters = ' "\'\\`$;~|&<>()*?#x\u00e9';
    for (const one of letters) {
      for (const other of letters) {
        const program = `/opt/a${one}${other}b/tray`;
        const line = execLine([program, '--hidden']);
        expect(readEntry(entryText(line ?? '', true))?.exec, program).toEqual([program, '--hidden']);
      }
    }
  });
});

describe('readEntry', () => {
  const text = (...lines: string[]) => ['[Desktop Entry]', 'Type=Application', ...lines].join('\n');

  it('is on where nobody says otherwise, and knows our own', () => {
    expect(readEntry(entryText('/usr/bin/tray --hidden', true))).toEqual({
      exec: ['/usr/bin/tray', '--hidden'],
      tryExec: null,
      enabled: true,
      onlyShowIn: null,
      notShowIn: [],
      marked: true,
    });
  });

  it.each(['Hidden=true', 'X-GNOME-Autostart-enabled=false', 'Hidden = true'])('is off with %j', (line) => {
    expect(readEntry(text('Exec=/a', line))?.enabled).toBe(false);
  });

  it('looks at no other group, and not at comments', () => {
    const found = readEntry(text('Exec=/a', '# Hidden=true', '[Desktop Action x]', 'Hidden=true', 'Exec=/b'));
    expect(found).toMatchObject({ enabled: true, exec: ['/a'], marked: false });
  });

  it('leaves out what stands for files to open', () => {
    expect(readEntry(text('Exec=tray %U --hidden'))?.exec).toEqual(['tray', '--hidden']);
  });

  it.each(['Exec=/a; rm -rf x', 'Exec="/a', 'Exec=/a $HOME', 'Exec='])('makes nothing up of %j', (line) => {
    expect(readEntry(text(line))?.exec).toBeNull();
  });

  it.each(['', 'nonsense', '[Desktop Entry]\nType=Link\nURL=x'])('takes %j for no entry', (other) => {
    expect(readEntry(other)).toBeNull();
  });
});

describe('switched', () => {
  const OWN = [
    '# kept by hand',
    '[Desktop Entry]',
    'Type=Application',
    'Exec=env A=b /usr/bin/tray',
    'X-GNOME-Autostart-enabled=true',
    'X-GNOME-Autostart-Delay=20',
    '',
    '[Desktop Action new]',
    'Exec=/other',
    'Hidden=false',
    '',
  ].join('\n');

  it('turns it off and on, and leaves the rest as it is', () => {
    const off = switched(OWN, false);
    expect(readEntry(off)?.enabled).toBe(false);
    for (const line of OWN.split('\n').filter((line) => !line.startsWith('X-GNOME-Autostart-enabled'))) {
      expect(off.split('\n')).toContain(line);
    }
    expect(readEntry(switched(off, true))?.enabled).toBe(true);
    expect(switched(switched(off, true), false)).toBe(off);
  });

  it('replaces the command of the entry alone', () => {
    const next = switched(OWN, true, '/new/tray --hidden');
    expect(readEntry(next)?.exec).toEqual(['/new/tray', '--hidden']);
    expect(next).toContain('Exec=/other');
  });
});
