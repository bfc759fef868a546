import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliRig, LAUNCHER, type CliRig } from '../../support/cli-rig.ts';
import { onTerminal } from '../../support/pty.ts';

let rig: CliRig;
let env: Record<string, string>;
beforeAll(async () => {
  rig = await cliRig({ policy: 'none' });
  const bin = join(rig.folder, 'bin');
  await mkdir(bin);
  await symlink(LAUNCHER, join(bin, 'globus-token'));
  env = { ...rig.env, PATH: `${bin}${delimiter}${rig.env['PATH'] ?? ''}` };
}, 60_000);
afterAll(() => rig.end());

async function script(shell: string): Promise<string> {
  const path = join(rig.folder, `completion.${shell}`);
  const { stdout } = await rig.run(['completion', shell]);
  await writeFile(path, stdout);
  return path;
}

async function run(program: string, args: readonly string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(program, args, { env });
  return stdout.split('\n').filter(Boolean);
}

describe('completion in a real shell, with the agent’s own scopes', () => {
  it('[C52] bash offers them, after an equals sign too', async () => {
    const source = await script('bash');
    const ask = (line: string) =>
      run('/bin/bash', [
        ...[
          '--norc',
          '-c',
          'source "$1"; COMP_LINE=$2; COMP_POINT=${#2}; _globus_token; printf "%s\\n" "${COMPREPLY[@]}"',
        ],
        ...['bash', source, line],
      ]);
    expect(await ask('globus-token get ')).toEqual(
      expect.arrayContaining(['all', 'manage_flows', 'view_flows', 'run', 'run_status', 'run_manage']),
    );
    expect(await ask('globus-token get v')).toEqual(['view_flows']);
    expect(await ask('globus-token exec --scope=run_s')).toEqual(['run_status']);
    expect(await ask('globus-token che')).toEqual(['check']);
  });

  it('[C52] zsh types the rest of the name', async () => {
    const source = await script('zsh');
    await writeFile(
      join(rig.home, '.zshrc'),
      `autoload -U compinit && compinit -u -D\nsource ${source}\nPS1='ready %% '\n`,
    );
    const { screen } = await onTerminal(
      ['/usr/bin/zsh', '-i'],
      env,
      [
        { sees: 'ready %', types: 'globus-token get v\t' },
        { sees: 'get view_flows', types: '\u0015exit\r' },
      ],
      true,
    );
    expect(screen).toContain('get view_flows');
  });

  it('[C52] fish offers them with their state', async () => {
    const source = await script('fish');
    const ask = (line: string) =>
      run('/usr/bin/fish', ['--no-config', '-c', `source ${source}; complete -C '${line}'`]);
    expect(await ask('globus-token get vie')).toEqual([expect.stringMatching(/^view_flows\tready/)]);
    expect(await ask('globus-token get ')).toHaveLength(6);
  });

  it('[C52] without an agent the scopes that every installation has are offered', async () => {
    const { stdout, code } = await rig.run(['__complete', '--', 'get', ''], {
      env: { GLOBUS_TOKEN_SOCK: join(rig.folder, 'none.sock') },
    });
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.split('\t')[0])).toContain('run_manage');
  });

  it('[C52] PowerShell’s script asks the same words', async () => {
    // PowerShell is in no Debian: its glue is held to its documentation, the words to the other shells'.
    const { stdout } = await rig.run(['completion', 'powershell']);
    expect(stdout).toContain(
      "Register-ArgumentCompleter -Native -CommandName @('globus-token', 'globus-token.cmd')",
    );
    expect(stdout).toContain("& globus-token __complete '--' @words");
    const words = await rig.run(['__complete', '--', 'get', '""']);
    expect(words.stdout).toContain('view_flows\t');
  });
});
