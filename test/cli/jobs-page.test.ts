import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../cli/commands.ts';
import { parse } from '../../cli/parse.ts';
import { waitSeconds } from '../../cli/wait.ts';
import { offersFor } from '../../main/broker/approvals/offers.ts';
import { parsePolicy } from '../../main/broker/approvals/policy.ts';
import { spooled } from '../../main/broker/caller/spooled.ts';
import { program } from '../support/questions.ts';

const run = promisify(execFile);
const FOLDER = join(import.meta.dirname, '..', '..', 'docs');
const PAGE = readFileSync(join(FOLDER, 'jobs.md'), 'utf8');
const blocks = (language: string) =>
  [...PAGE.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);
/** Commands in the snippets, and in the sentences; an ellipsis stands for words of the reader's. */
const commands = [
  ...[...blocks('sh'), ...blocks('r'), ...[...PAGE.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text)]
    .flatMap((text) => [...text.matchAll(/globus-token ([a-z][^|>\n]*)/g)])
    .map(([, words = '']) => words.replace(/",.*$/, '').trim()),
  ...blocks('python').flatMap((text) =>
    [...text.matchAll(/\["globus-token", (.+?)\]/g)].map(([, words = '']) => words.replaceAll(/[",]/g, '')),
  ),
].filter((words) => !words.includes('…'));

it.each(commands)('the command of docs/jobs.md is one: globus-token %s', async (line) => {
  const [name = '', ...words] = line.split(/\s+/).map((word) => word.replace(/^"(.*)"$/, '$1'));
  const entry = COMMANDS[name];
  expect(entry, name).toBeDefined();
  const { command } = (await entry?.load()) ?? {};
  if (command === undefined) throw new Error(name);
  const { options } = parse(command, words).input;
  if (options['wait'] !== undefined) waitSeconds({ env: {}, person: () => null }, options);
});

it('has commands of every kind of snippet', () => {
  const names = new Set(commands.map((line) => line.split(' ')[0]));
  for (const name of ['header', 'curl', 'check', 'agent', 'approvals']) expect(names).toContain(name);
});

it.each(blocks('sh'))('the snippet is a script of bash: %s', async (text) => {
  await run('bash', ['-n', '-c', text]);
  for (const [, wait = ''] of text.matchAll(/GLOBUS_TOKEN_WAIT=(\S+)/g)) {
    const context = { env: { GLOBUS_TOKEN_WAIT: wait }, person: () => null };
    expect(waitSeconds(context, {})).toBeGreaterThan(0);
  }
});

it.each(blocks('python'))('the snippet is Python: %s', async (text) => {
  await run('/usr/bin/python3', ['-c', 'import sys; compile(sys.argv[1], "cell", "exec")', text]);
});

describe('the rules of docs/jobs.md', () => {
  const [text = ''] = blocks('json');
  const outcome = parsePolicy(text);

  it('are taken as they stand', () => {
    expect(outcome).toMatchObject({ ok: true });
    expect(outcome.ok && outcome.rules).toHaveLength(3);
  });

  it('are about what the agent names so', () => {
    const paths = outcome.ok
      ? outcome.rules.map(({ subject }) => (subject.kind === 'program' ? subject.script?.path : null))
      : [];
    expect(paths).toContain(spooled({ path: '/var/spool/slurmd/job00012/slurm_script', binding: null }).path);
  });

  it('[C35] could not be about the one that the page warns of', () => {
    const [, named = ''] =
      /for good about what runs whatever it is handed, such as `([^`]+)`/.exec(PAGE) ?? [];
    const handed = text.replace('/home/ada/jobs/fetch.sh",', `${named}",`);
    expect(handed).not.toBe(text);
    expect(parsePolicy(handed).ok).toBe(false);
    const script = { path: named, binding: { inode: '1', sha256: 'a'.repeat(64) } };
    expect(offersFor(program({ script })).terms).not.toContain('always');
  });
});

it('leads to pages that are there, and is led to', () => {
  for (const [, page = ''] of PAGE.matchAll(/\]\(([a-z-]+\.md)\)/g))
    expect(existsSync(join(FOLDER, page)), page).toBe(true);
  for (const page of ['broker.md', 'headless.md', 'ssh.md', '../README.md'])
    expect(readFileSync(join(FOLDER, page), 'utf8'), page).toContain('jobs.md');
});
