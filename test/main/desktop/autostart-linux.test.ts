import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { entryText } from '../../../main/desktop/autostart-entry.ts';
import { linuxAutostart } from '../../../main/desktop/autostart-linux.ts';

const ID = 'globus-token-tray';
const ON = { on: true, can: true, why: null };
const OFF = { on: false, can: true, why: null };

let root = '';
let program = '';
let file = '';
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'autostart-')));
  program = await executable('opt/Globus Token Tray', ID);
  file = join(root, 'config', 'autostart', `${ID}.desktop`);
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function executable(folder: string, name: string): Promise<string> {
  await mkdir(join(root, folder), { recursive: true });
  const path = join(root, folder, name);
  await writeFile(path, '#!/bin/sh\n', { mode: 0o755 });
  return path;
}

function autostart(change: { program?: string; desktops?: string[] } = {}) {
  return linuxAutostart({
    program: change.program ?? program,
    id: ID,
    folder: join(root, 'config', 'autostart'),
    shared: [join(root, 'etc', 'autostart')],
    desktops: change.desktops ?? ['GNOME'],
    path: [join(root, 'bin')],
  });
}

/** What freedesktop's own validator says, where there is one; the end-to-end test has GLib read such a file. */
function complaintsOf(path: string): string {
  const { error, stdout } = spawnSync('desktop-file-validate', [path], { encoding: 'utf8' });
  return error === undefined ? stdout : '';
}

async function write(lines: string | readonly string[], path = file): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true });
  const text =
    typeof lines === 'string' ? lines : ['[Desktop Entry]', 'Type=Application', ...lines, ''].join('\n');
  await writeFile(path, text);
  return text;
}

describe('a session that knows nothing of the app', () => {
  it('is off, and on after it was switched on: hidden, with its path quoted', async () => {
    expect(await autostart().view()).toEqual(OFF);
    expect(await autostart().set(true)).toEqual({ ok: true, value: null });
    expect(await autostart().view()).toEqual(ON);
    expect(await readFile(file, 'utf8')).toContain(`Exec="${program}" --hidden\n`);
    expect(complaintsOf(file)).toBe('');
  });

  it('has nothing left of it after it was switched off', async () => {
    await autostart().set(true);
    expect(await autostart().set(false)).toEqual({ ok: true, value: null });
    expect(await readdir(join(file, '..'))).toEqual([]);
    expect(await autostart().view()).toEqual(OFF);
  });

  it('is not touched by switching off what is off', async () => {
    expect(await autostart().set(false)).toEqual({ ok: true, value: null });
    expect(await readdir(root)).toEqual(['opt']);
  });
});

describe('what others did to the file', () => {
  it.each(['Hidden=true', 'X-GNOME-Autostart-enabled=false', 'OnlyShowIn=KDE;', 'NotShowIn=GNOME;XFCE;'])(
    'counts as off with %j',
    async (line) => {
      await write([`Exec="${program}" --hidden`, line]);
      expect(await autostart().view()).toEqual(OFF);
    },
  );

  it('counts as off when its program is gone, and is put right', async () => {
    await write(entryText(`${root}/gone/Tray-1.0.AppImage --hidden`, true));
    expect(await autostart().view()).toEqual(OFF);
    expect(await autostart().set(true)).toEqual({ ok: true, value: null });
    expect(await autostart().view()).toEqual(ON);
    expect(await readFile(file, 'utf8')).toContain(program);
  });

  it('counts as on when it starts another copy of the app', async () => {
    const other = await executable('old', 'Tray-1.0.AppImage');
    await write(entryText(`${other} --hidden`, true));
    expect(await autostart().view()).toEqual(ON);
  });

  it('counts as on when somebody wrote it by hand, and keeps their words', async () => {
    await executable('bin', ID);
    await write(['# mine', `Exec=${ID}`, 'X-GNOME-Autostart-Delay=20']);
    expect(await autostart().view()).toEqual(ON);
    expect(await autostart().set(false)).toEqual({ ok: true, value: null });
    expect(await autostart().view()).toEqual(OFF);
    const text = await readFile(file, 'utf8');
    for (const line of ['# mine', `Exec=${ID}`, 'X-GNOME-Autostart-Delay=20']) expect(text).toContain(line);
    expect(await autostart().set(true)).toEqual({ ok: true, value: null });
    expect(await autostart().view()).toEqual(ON);
  });

  it('does not count a program without TryExec’s', async () => {
    await write([`Exec="${program}"`, `TryExec=${root}/none`]);
    expect(await autostart().view()).toEqual(OFF);
  });
});

describe('a file of another program', () => {
  it.each([
    ['another command', ['Exec=/bin/sh -c true']],
    ['no command', ['Name=x']],
    ['a command that hides in a shell', ['Exec=sh -c "globus-token-tray"']],
    ['no entry at all', 'not a desktop file'],
  ])('is left alone: %s', async (_what, lines) => {
    const text = await write(lines);
    const view = await autostart().view();
    expect(view).toMatchObject({ on: false, can: false });
    expect(view.why).toContain('another program');
    for (const on of [true, false]) {
      expect(await autostart().set(on)).toMatchObject({ ok: false, problem: { reason: 'autostart' } });
    }
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('is not there to be read: a folder of that name', async () => {
    await mkdir(file, { recursive: true });
    expect(await autostart().view()).toMatchObject({ on: false, can: false });
    expect(await autostart().set(true)).toMatchObject({ ok: false });
  });
});

describe('a machine whose administrator starts the app', () => {
  const shared = () => join(root, 'etc', 'autostart', `${ID}.desktop`);

  it('says so, can be overruled, and the machine’s file stays', async () => {
    const text = await write([`Exec="${program}" --hidden`], shared());
    expect(await autostart().view()).toEqual(ON);
    expect(await autostart().set(false)).toEqual({ ok: true, value: null });
    expect(await autostart().view()).toEqual(OFF);
    expect(await readFile(shared(), 'utf8')).toBe(text);
    expect(await autostart().set(true)).toEqual({ ok: true, value: null });
    expect(await autostart().view()).toEqual(ON);
    expect(await autostart().set(false)).toEqual({ ok: true, value: null });
    expect(await autostart().view()).toEqual(OFF);
  });
});

it('says that it cannot where the path cannot be written into such a file', async () => {
  const odd = await executable('a=b', ID);
  expect(await autostart({ program: odd }).view()).toMatchObject({ can: false });
  expect(await autostart({ program: odd }).set(true)).toMatchObject({ ok: false });
  expect(await readdir(root)).toEqual(['a=b', 'opt']);
});

it('says what stood in the way when the folder takes no file', async () => {
  await mkdir(join(root, 'config'));
  await writeFile(join(root, 'config', 'autostart'), 'a file');
  expect(await autostart().set(true)).toMatchObject({
    ok: false,
    problem: { detail: expect.stringContaining('autostart') as string },
  });
});

it('replaces a link, not what it points to', async () => {
  const elsewhere = join(root, 'dotfiles', 'tray.desktop');
  const text = await write([`Exec="${program}" --hidden`, 'Hidden=true'], elsewhere);
  await mkdir(join(file, '..'), { recursive: true });
  await symlink(elsewhere, file);
  expect(await autostart().set(true)).toEqual({ ok: true, value: null });
  expect(await autostart().view()).toEqual(ON);
  expect(await readFile(elsewhere, 'utf8')).toBe(text);
});

it('knows a program that lost its right to be started', async () => {
  await autostart().set(true);
  await chmod(program, 0o644);
  expect(await autostart().view()).toEqual(OFF);
});
