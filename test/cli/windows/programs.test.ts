import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteCmd } from '../../../main/snippets/cmd.ts';
import { DIST } from '../../support/dist.ts';
import { ranTo } from '../../support/processes.ts';
import { onTerminal } from '../../support/pty.ts';
import { onZ, startWine, type Wine, WINE, type WineRun } from '../../support/wine.ts';

const TOKEN = 'AgSecretTokenUnderWine0123456789';
const PIPE = String.raw`\\.\pipe\globus-token-scripted`;
const AT_PIPE: WineRun = { env: { GLOBUS_TOKEN_SOCK: PIPE, GLOBUS_TOKEN_PATIENCE: '20s' } };

let wine: Wine;
beforeAll(async () => {
  wine = await startWine();
  const script = onZ(join(import.meta.dirname, '../../support/wine-pipe.mjs'));
  await wine.start(wine.node, [script, PIPE, TOKEN]).says('listens');
}, 120_000);
afterAll(() => wine.end());

const exec = (...words: string[]) => wine.gt(['exec', ...words], AT_PIPE);

/** In the folder of the test’s own files. @returns as Windows names it */
async function script(name: string, text: string): Promise<string> {
  await mkdir(join(wine.drive, 'scripts'), { recursive: true });
  await writeFile(join(wine.drive, 'scripts', name), text);
  return String.raw`C:\scripts` + `\\${name}`;
}

/** A line of cmd.exe. */
function inCmd(line: string, env: WineRun['env'] = {}) {
  return wine.run('cmd.exe', ['/d', '/s', '/c', `"${line}"`], {
    ...{ verbatim: true, stdin: '' },
    env: { ...AT_PIPE.env, ...env },
  });
}

describe('programs on Windows, as far as Wine is one', { timeout: 90_000 }, () => {
  it('get and header ask at the pipe', async () => {
    const given = { code: 0, stderr: '' };
    expect(await wine.gt(['get', 'view_flows'], AT_PIPE)).toEqual({ ...given, stdout: `${TOKEN}\n` });
    const header = `Authorization: Bearer ${TOKEN}\n`;
    expect(await wine.gt(['header', 'view_flows'], AT_PIPE)).toEqual({ ...given, stdout: header });
  });

  it('exec masks both outputs of a program, and ends with its code [C50]', async () => {
    const path = await script(
      'tells.cjs',
      `const { GLOBUS_TOKEN: token } = process.env;
       process.stdout.write('out ' + token + ' ' + token.length);
       process.stderr.write('err ' + token + ' ' + process.argv.slice(2).join());
       process.exitCode = 7;`,
    );
    expect(await exec('--', wine.node, path, 'a b', 'ü"%PATH%&')).toEqual({
      ...{ code: 7, stdout: `out **** ${TOKEN.length}`, stderr: 'err **** a b,ü"%PATH%&' },
    });
    expect(await exec('--', 'cmd', '/d', '/c', 'exit 9')).toMatchObject({ code: 9 });
  });

  it('exec says of a batch file and of what is not there that no token was asked for', async () => {
    const path = await script('tool.cmd', '@echo batch\r\n');
    for (const name of [path, 'tool']) {
      const env = { ...AT_PIPE.env, PATH: String.raw`C:\windows\system32;C:\scripts;` };
      const { code, stderr } = await wine.gt(['exec', '--', name], { env });
      expect({ code, stderr }).toMatchObject({ code: 126 });
      expect(stderr).toContain('is lines for cmd.exe');
      expect(stderr).toContain(`cmd /c ${name}`);
    }
    expect(await exec('--', 'no-such-program')).toMatchObject({ code: 127 });
  });

  it('nothing of the current folder is run unasked, even by an empty entry of PATH', async () => {
    const there = join(wine.drive, 'repository');
    await mkdir(there);
    await symlink('/dev/null', join(there, 'curl.exe'));
    await writeFile(join(there, 'tool.exe'), '');
    const env = { ...AT_PIPE.env, PATH: String.raw`C:\windows\system32;;` };
    const how = { env, cwd: String.raw`C:\repository` };
    expect(await wine.gt(['exec', '--', 'tool'], how)).toMatchObject({ code: 127 });
    const { code, stderr } = await wine.gt(['curl', 'view_flows', '/flows'], how);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'globus-token: curl is not on PATH, so nothing was asked for.\nhint: install curl and try again\n',
    });
  });

  it('Ctrl-C in a console is the program’s own: it ends as it likes, and so do we [C50]', async () => {
    const path = await script(
      'cleans.cjs',
      `process.on('SIGINT', () => {
         console.log('cleans');
         setTimeout(() => { console.log('cleaned'); process.exit(5); }, 300);
       });
       setInterval(() => undefined, 1000);
       console.log('begun');`,
    );
    const ended = async (...words: string[]) => {
      const { screen, code } = await onTerminal(
        [WINE, wine.node, ...words],
        { ...wine.env, TERM: 'xterm', GLOBUS_TOKEN_SOCK: PIPE },
        [{ sees: 'begun', types: '\u0003' }],
        true,
      );
      return { cleaned: screen.includes('cleaned'), code };
    };
    // The Wine of Ubuntu 24.04 tells no program of a Ctrl-C, and ends it.
    const { stdout: version } = await ranTo(WINE, ['--version'], { env: wine.env });
    const expected = version.startsWith('wine-9.') ? await ended(path) : { cleaned: true, code: 5 };
    for (const option of [[], ['--no-mask']])
      expect(await ended(wine.cli, 'exec', ...option, '--', wine.node, path)).toEqual(expected);
  });

  it.each(['Program Files (x86)', 'a & b', 'ünï ✓', "it's ^here", 'bang! x'])(
    'the launcher runs in a folder named %s, with a Node there too',
    async (name) => {
      const there = join(wine.drive, 'places', name);
      await cp(join(DIST, 'cli'), join(there, 'cli'), { recursive: true });
      await symlink(join(wine.drive, 'Program Files', 'Tray', 'node.exe'), join(there, 'node.exe'));
      const place = String.raw`C:\places` + `\\${name}`;
      const line = `"${place}\\cli\\globus-token.cmd" get "view_flows"`;
      const given = { code: 0, stdout: `${TOKEN}\n`, stderr: '' };
      expect(await inCmd(line, { GLOBUS_TOKEN_NODE: `${place}\\node.exe` })).toEqual(given);
    },
  );

  it('the launcher takes a Node by its name out of PATH, and none out of the current folder', async () => {
    const there = join(wine.drive, 'cloned');
    await mkdir(there);
    await symlink(join(wine.drive, 'Program Files', 'Tray', 'node.exe'), join(there, 'node22.exe'));
    const line = String.raw`cd /d C:\cloned&& "C:\Program Files\Tray\dist\cli\globus-token.cmd" --version`;
    const named = (PATH: string) => inCmd(line, { GLOBUS_TOKEN_NODE: 'node22', PATH });
    const system = String.raw`C:\windows\system32`;
    for (const PATH of [system, `${system};;.`, String.raw`.;${system};C:\cloned`])
      expect(await named(PATH), PATH).toMatchObject({ code: 23 });
    await symlink(join(there, 'node22.exe'), join(wine.drive, 'Program Files', 'Tray', 'node22.exe'));
    expect(await named(String.raw`${system};C:\Program Files\Tray`)).toMatchObject({ code: 0 });
  });

  it('the launcher hands on the exit code, and says that there is no Node', async () => {
    const line = String.raw`"C:\Program Files\Tray\dist\cli\globus-token.cmd" nonsense`;
    expect(await inCmd(line, { PATH: String.raw`C:\windows\system32;C:\Program Files\Tray` })).toMatchObject({
      code: 2,
    });
    const without = await inCmd(line, { PATH: String.raw`C:\windows\system32` });
    expect(without).toMatchObject({ code: 23, stdout: '' });
    expect(without.stderr).toContain('none was found');
  });

  it('[C40] a line for cmd hands hostile values to a program as values', async () => {
    const path = await script('words.cjs', 'console.log(JSON.stringify(process.argv.slice(2)));');
    // Not %PATH%: Wine's cmd takes carets away before it looks for variables, and Windows' own afterwards.
    const values = ['a&b', '100%', '^^', 'x|y', '<in>', '(b)', '!x!', 'q"uote', String.raw`back\slash\\`];
    const line = `"${wine.node}" ${path} ${values.map(quoteCmd).join(' ')}`;
    const { stdout } = await inCmd(line);
    expect(JSON.parse(stdout)).toEqual(values);
  });
});
