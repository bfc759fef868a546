import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliRig, cliRig } from '../support/cli-rig.ts';
import { onTerminal } from '../support/pty.ts';

describe('the rig of the CLI’s tests', () => {
  let rig: CliRig;
  beforeAll(async () => void (rig = await cliRig()), 60_000);
  afterAll(() => rig.end());

  it('gives the caller of the policy a token over the real socket', async () => {
    const curl = [
      'curl',
      '-q',
      '-sS',
      '--unix-socket',
      rig.socket,
      'http://localhost/v1/header?scope=view_flows',
    ];
    const shown = await onTerminal([rig.caller, ...curl], rig.env);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(/^Authorization: Bearer /);
  });

  it('plays a person: reads from the terminal, keeps stdout and stderr apart', async () => {
    const script =
      'printf "name? " >/dev/tty; read name </dev/tty; echo "hello $name"; echo oops >&2; exit 7';
    const typed = [{ sees: 'name? ', types: 'ada\r' }];
    const { code, stdout, stderr, screen } = await onTerminal(['sh', '-c', script], rig.env, typed);
    expect({ code, stdout, stderr }).toEqual({ code: 7, stdout: 'hello ada\n', stderr: 'oops\n' });
    expect(screen).toContain('name? ada');
  });

  it('runs without a terminal', async () => {
    const { code, stdout } = await rig.run(['--version']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+/) as string });
  });
});
