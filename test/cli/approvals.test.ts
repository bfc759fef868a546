import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, choices, questionText } from '../../cli/approvals/question.ts';
import { type PersonRig, personRig } from '../support/person-rig.ts';
import { until } from '../support/processes.ts';

let rig: PersonRig;
let script: string;
const running: ChildProcess[] = [];
beforeAll(async () => {
  rig = await personRig();
  await rig.detached(['unlock', '--memory']);
  await rig.signIn();
  script = join(rig.folder, 'nightly.sh');
  await writeFile(script, SCRIPT);
  await chmod(script, 0o755);
}, 60_000);
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      // Its curl too.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await once(child, 'close');
    }
  }
});
afterAll(() => rig.end());

/** Asks for a token as a script does; ends with its HTTP code on stdout. */
const SCRIPT = `#!/bin/sh
curl -q -s -o /dev/null -w '%{http_code}' --unix-socket "$GLOBUS_TOKEN_SOCK" -G \\
  --data-urlencode "scope=$1" --data-urlencode "name=$2" http://localhost/v1/token
`;

/** @returns the HTTP code that a script got, once a person has answered */
function asked(scope: string, name: string): Promise<string> {
  const child = spawn(script, [scope, name], {
    ...{ env: rig.env, detached: true },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  running.push(child);
  let said = '';
  child.stdout?.on('data', (chunk) => (said += String(chunk)));
  return once(child, 'close').then(() => said);
}

/** A script that waits for a person, and for nobody who may answer before its question is listed here. */
async function asks(scope: string, name = 'nightly backup'): Promise<{ id: string; code: Promise<string> }> {
  const before = await waiting();
  const code = asked(scope, name);
  const id = await until('a question', async () => (await waiting()).find((one) => !before.includes(one)));
  return { id, code };
}

async function waiting(): Promise<string[]> {
  const { code, stdout, stderr } = await rig.detached(['approvals', '--list', '--json']);
  if (code !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id);
}

/** The question of a test before goes with its process, a moment later. */
function noneLeft(): Promise<unknown> {
  return until('the end of all questions', async () => (await waiting()).length === 0 || undefined);
}

describe('approvals without a terminal', { timeout: 60_000 }, () => {
  it('lists, and asks nobody [C49]', async () => {
    const { id } = await asks('view_flows');
    const started = performance.now();
    const listed = await rig.detached(['approvals', '--list']);
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).toContain(`${id}, waits for `);
    expect(listed.stdout).toContain('use view_flows?');
    expect(listed.stdout).toMatch(/nightly\.sh.*claimed/);
    expect(listed.stdout).toMatch(/nightly backup.*unverified/);
    for (const words of [['approvals'], ['approvals', '--watch']]) {
      const { code, stdout, stderr } = await rig.detached(words);
      expect({ code, stdout }).toEqual({ code: 21, stdout: '' });
      expect(stderr).toMatch(/\nhint: Only look: globus-token approvals --list\n$/);
    }
    expect(performance.now() - started).toBeLessThan(4_000);
  });

  it('lets no script answer for the person [C34, C49]', async () => {
    const { id } = await asks('view_flows');
    const { code, stdout, stderr } = await rig.detached(['approvals', '--answer', `${id}=always`]);
    expect({ code, stdout }).toEqual({ code: 21, stdout: '' });
    expect(stderr).toMatch(/^globus-token: /);
    expect(await waiting()).toContain(id);
  });

  it.each([
    [['--answer', 'q-1'], 2],
    [['--answer', 'q-1=perhaps'], 2],
    [['--list', '--rules'], 2],
    [['--watch', '--json'], 2],
    [['--revoke', 'r-none'], 19],
  ])('%o ends with %i [C48]', async (words, wanted) => {
    const { code, stdout, stderr } = await rig.detached(['approvals', ...words]);
    expect({ code, stdout }).toEqual({ code: wanted, stdout: '' });
    expect(stderr).toMatch(/^(?:globus-token: |\{"error":)/);
  });
});

describe('approvals at a terminal', { timeout: 60_000 }, () => {
  it('asks once for the thirty-two processes that xargs -P started of one script', async () => {
    await noneLeft();
    const child = spawn(
      '/bin/sh',
      ['-c', `yes manage_flows many | head -n 32 | xargs -n 2 -P 32 '${script}'`],
      {
        ...{ env: rig.env, detached: true },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    running.push(child);
    const closed = once(child, 'close');
    let codes = '';
    child.stdout?.on('data', (chunk) => (codes += String(chunk)));
    await until('all of them', async () => {
      const { stdout } = await rig.detached(['approvals', '--list']);
      return stdout.includes('Behind it: 31 more of the same script') || undefined;
    });
    expect(await waiting()).toHaveLength(1);
    const { code, screen } = await rig.person(['approvals'], [{ sees: '[s]kip: ', types: 'h\r' }]);
    expect({ code, screen }).toEqual({
      code: 0,
      screen: expect.stringContaining('Allowed for an hour.') as string,
    });
    await closed;
    expect(codes).toBe('200'.repeat(32));
    const [rule] = JSON.parse((await rig.detached(['approvals', '--rules', '--json'])).stdout) as {
      id: string;
    }[];
    await rig.detached(['approvals', '--revoke', rule?.id ?? '']);
  });

  it('goes on to the next process of a script that one may ask once', async () => {
    await noneLeft();
    const codes = [asked('run', 'a'), asked('run', 'a')];
    await until('both', async () => {
      const { stdout } = await rig.detached(['approvals', '--list']);
      return stdout.includes('Behind it: 1 more') || undefined;
    });
    const { code } = await rig.person(
      ['approvals'],
      [
        { sees: '[s]kip: ', types: 'o\r' },
        { sees: '[s]kip: ', types: 'd\r' },
      ],
    );
    expect(code).toBe(0);
    expect((await Promise.all(codes)).sort()).toEqual(['200', '403']);
  });

  it('shows each question as a prompt would, and gives what was typed to the script', async () => {
    const first = await asks('view_flows');
    const second = await asks('run_status');
    const { code, stdout, stderr, screen } = await rig.person(
      ['approvals'],
      [
        { sees: '[s]kip: ', types: 'what?\r' },
        { sees: '[s]kip: ', types: 'o\r' },
        { sees: '[s]kip: ', types: 'd\r' },
      ],
    );
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(screen).toMatch(/\[o\]nce .*\[h\]our .*\[d\]eny \[n\]ever \[s\]kip: o/);
    expect(screen).toContain('Allowed once.');
    expect(screen).toContain('Denied.');
    expect(await Promise.all([first.code, second.code])).toEqual(['200', '403']);
    expect(await waiting()).toEqual([]);
    const nothing = await rig.person(['approvals']);
    expect(nothing).toMatchObject({
      code: 0,
      screen: expect.stringContaining('No question waits.') as string,
    });
  });

  it('[C31] takes no second Enter for the answer to a question that comes later', async () => {
    const first = await asks('view_flows');
    const later = first.code.then(() => asked('run_manage', 'comes later'));
    const { screen } = await rig.person(
      ['approvals', '--watch'],
      [
        { sees: '[s]kip: ', types: 'o\ro\r' },
        { sees: '[s]kip: ', types: 'd\r' },
        { sees: 'Denied.', types: '\u0003' },
      ],
    );
    expect(screen).toContain('Allowed once.');
    expect(await Promise.all([first.code, later])).toEqual(['200', '403']);
  });

  it('leaves a skipped question and those after the end of input open', async () => {
    const { id } = await asks('view_flows', 'skipped');
    const skipped = await rig.person(['approvals'], [{ sees: '[s]kip: ', types: 's\r' }]);
    expect(skipped).toMatchObject({ code: 0, screen: expect.stringContaining('still waits') as string });
    const ended = await rig.person(['approvals'], [{ sees: '[s]kip: ', types: '\u0004' }]);
    expect(ended.code).toBe(0);
    expect(await waiting()).toEqual([id]);
  });

  it('answers by ID; what is gone is not kept [C48]', async () => {
    const { id, code } = await asks('view_flows');
    const answered = await rig.person(['approvals', '--answer', `${id}=once`]);
    expect(answered).toMatchObject({ code: 0, stdout: '', stderr: 'Answered.\n' });
    expect(await code).toBe('200');
    const gone = await rig.person(['approvals', '--answer', `${id}=once`, '--json']);
    expect(gone).toMatchObject({ code: 19, stdout: '' });
    expect(JSON.parse(gone.stderr)).toMatchObject({ error: { exit: 'not-kept', reason: 'not-found' } });
  });

  it('with --watch asks about what comes later, until Ctrl-C', async () => {
    const later: { code: Promise<string> }[] = [];
    const { code, screen } = await rig.person(
      ['approvals', '--watch'],
      [
        {
          sees: 'Watching for new ones',
          types: async () => {
            later.push(await asks('view_flows', 'later'));
            return '';
          },
        },
        { sees: '[s]kip: ', types: 'h\r' },
        { sees: 'Allowed for an hour.', types: '\u0003' },
      ],
    );
    expect(code).toBe(130);
    expect(screen).toMatch(/later.*unverified/);
    expect(await later[0]?.code).toBe('200');
    const rules = await rig.detached(['approvals', '--rules']);
    expect(rules.stdout).toMatch(/^RULE +ANSWER +WHO +SCOPE +ACCOUNT +ENDS IN\n/);
    const [, id = ''] = /^(\S+) +allow +\S*nightly\.sh .* \d+ min \d+ s$/m.exec(rules.stdout) ?? [];
    const revoked = await rig.detached(['approvals', '--revoke', id, '--json']);
    expect(revoked.code).toBe(0);
    expect(JSON.parse(revoked.stdout)).toEqual([]);
    expect(await rig.detached(['approvals', '--rules'])).toMatchObject({
      ...{ code: 0, stdout: '', stderr: 'There are no rules.\n' },
    });
  });
});

describe('a question on a terminal', () => {
  const question = {
    id: 'q-1\u001b[2J',
    scope_name: 'view_flows',
    program: '/usr/bin/python3',
    script: '/home/ada/x.py\n  Script: /usr/bin/trusted (seen)',
    self_name: 'safe\u202e\u0007',
    since: 1_000,
    offers: ['once'],
    lines: ['Let this\u001b[31m use it?', 'It gets\r\nnothing', 'Account: ada'],
  };

  it('moves no cursor, forges no line, and marks what the program claims of itself [C31]', () => {
    const shown = questionText(question, 1_060_000);
    expect(shown).not.toMatch(/[^\P{C}\n]/u);
    expect(shown.split('\n')).toEqual([
      'q-1 [2J, waits for 1 min',
      '  Let this [31m use it?',
      '  It gets nothing',
      '  Account: ada',
      '  Script: /home/ada/x.py   Script: /usr/bin/trusted (seen) (claimed)',
      '  Calls itself: safe (unverified)',
      '',
    ]);
  });

  it('takes only what is offered, by key or by word; capital T is another key', () => {
    expect(choices(question)).toBe('[o]nce [d]eny [n]ever [s]kip: ');
    const all = { ...question, offers: ['once', 'ten-minutes', 'hour', 'terminal', 'always'] };
    expect(['t', 'T', 'a', 'ten-minutes', ' d ', 'S', 's', ''].map((typed) => answerOf(typed, all))).toEqual([
      ...['ten-minutes', 'terminal', 'always', 'ten-minutes', 'deny', null, 'skip', null],
    ]);
    expect(['t', 'T', 'h', 'always'].map((typed) => answerOf(typed, question))).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
