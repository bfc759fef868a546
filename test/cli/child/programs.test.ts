import { describe, expect, it } from 'vitest';
import { findOnWindows } from '../../../cli/child/programs.ts';

describe('what Windows would start for a name', () => {
  const there = (...files: string[]) => {
    const looked: string[] = [];
    const isFile = (path: string) => {
      looked.push(path);
      return files.includes(path);
    };
    return { looked, isFile };
  };
  const PATH = String.raw`C:\Windows\System32;"C:\Program Files\curl";C:\tools;`;

  it('is a program with one of its endings, in the folders of PATH, also in one between quotes', () => {
    const { isFile } = there(String.raw`C:\Program Files\curl\curl.exe`, String.raw`C:\tools\curl.com`);
    const path = String.raw`C:\Program Files\curl\curl.exe`;
    for (const env of [{ PATH }, { Path: PATH }]) {
      expect(findOnWindows('curl', env, isFile)).toEqual({ kind: 'found', path });
      expect(findOnWindows('curl.exe', env, isFile)).toEqual({ kind: 'found', path });
    }
  });

  it('is never the current folder’s unasked, nor by an empty entry of PATH: it may be a cloned repository', () => {
    const { isFile, looked } = there();
    expect(findOnWindows('curl', { PATH: `;${PATH};;` }, isFile)).toEqual({ kind: 'not-found' });
    expect(looked.filter((path) => !path.startsWith('C:\\'))).toEqual([]);
    expect(findOnWindows('curl', {}, isFile)).toEqual({ kind: 'not-found' });
  });

  it('is no file without an ending: that is a script of other shells', () => {
    const { isFile } = there(String.raw`C:\tools\npm`);
    expect(findOnWindows('npm', { PATH }, isFile)).toEqual({ kind: 'not-found' });
  });

  it.each(['npm', 'npm.cmd', String.raw`C:\tools\NPM.CMD`])('is lines for cmd.exe by name: %s', (name) => {
    const { isFile } = there(String.raw`C:\tools\npm.cmd`, String.raw`C:\tools\NPM.CMD`);
    expect(findOnWindows(name, { PATH }, isFile)).toMatchObject({ kind: 'batch' });
  });

  it('is a program rather than lines for cmd.exe that come first', () => {
    const { isFile } = there(String.raw`C:\Windows\System32\curl.cmd`, String.raw`C:\tools\curl.exe`);
    expect(findOnWindows('curl', { PATH }, isFile)).toMatchObject({ kind: 'found' });
  });

  it('is what stands at a path that is given', () => {
    const { isFile } = there(String.raw`D:\lab\report.exe`);
    for (const name of [String.raw`D:\lab\report`, 'D:/lab/report.exe']) {
      expect(findOnWindows(name, { PATH }, isFile)).toMatchObject({ kind: 'found' });
    }
  });
});
