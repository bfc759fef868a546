import { expect, test } from 'vitest';
import {
  describePolicyError,
  parsePolicy,
  STARTER_POLICY,
} from '../../../../main/broker/approvals/policy.ts';
import { openRules } from '../../../../main/broker/approvals/rules.ts';
import { memoryTextFile } from '../../../../main/broker/approvals/text-file.ts';
import { FakeClock, RecordingLog } from '../../../support/agent-parts.ts';
import { binary, forwarded, HASH, program, question, terminal } from '../../../support/questions.ts';

const RULE = {
  program: '/usr/bin/bash',
  script: '/home/ada/jobs/watch-runs.sh',
  sha256: HASH,
  scope: question().scope,
  account: 'ada@uni.example',
  answer: 'allow',
};
const policyText = (...rules: object[]) => JSON.stringify({ version: 1, rules }, null, 2);

function storeWith(text: string, clock = new FakeClock(Date.parse('2030-01-01T00:00:00Z'))) {
  const policy = parsePolicy(text);
  if (!policy.ok) throw new Error(policy.errors.map(describePolicyError).join('; '));
  const parts = { file: memoryTextFile(), clock, random: () => 0.5, log: new RecordingLog() };
  return openRules({ ...parts, policy: () => policy.rules });
}

const errorsOf = (text: string) => {
  const outcome = parsePolicy(text);
  return outcome.ok ? [] : outcome.errors.map(describePolicyError);
};

test('[C35] answers as written: program, script, content, scope and account', async () => {
  const rules = storeWith(policyText(RULE));
  expect(await rules.match(question())).toMatchObject({ answer: 'allow' });
  const changed = { path: RULE.script, binding: { inode: '12', sha256: 'b'.repeat(64) } };
  expect(await rules.match(question(program({ script: changed })))).toBeNull();
  expect(await rules.match(question(program({ inline: true })))).toBeNull();
  expect(await rules.match(question(program(), { scope: 'x:y' }))).toBeNull();
  expect(await rules.match(question(program(), { account: { sub: 's', username: 'eve' } }))).toBeNull();
  expect(await rules.match(question(terminal))).toBeNull();
  expect(await rules.match(question(forwarded()))).toBeNull();
});

test('[C35] names a batch script by its content, whichever job runs it', async () => {
  const path = '/var/spool/slurmd/job*/slurm_script';
  const rules = storeWith(policyText({ ...RULE, script: path }));
  const job = (sha256: string) => question(program({ script: { path, binding: { inode: 'copy', sha256 } } }));
  expect(await rules.match(job(HASH))).toMatchObject({ answer: 'allow' });
  expect(await rules.match(job('b'.repeat(64)))).toBeNull();
});

test('[C35] a "never" may be about what runs others', async () => {
  const script = '/usr/bin/snakemake';
  const rules = storeWith(policyText({ ...RULE, script, sha256: undefined, answer: 'deny' }));
  const asked = question(program({ script: { path: script, binding: { inode: '1', sha256: HASH } } }));
  expect(await rules.match(asked)).toMatchObject({ answer: 'deny' });
});

test('[C35] a denying rule counts before an allowing one', async () => {
  const rules = storeWith(policyText(RULE, { ...RULE, sha256: undefined, answer: 'deny' }));
  expect(await rules.match(question())).toMatchObject({ answer: 'deny' });
});

test('ends at its time', async () => {
  const clock = new FakeClock(Date.parse('2029-12-31T23:59:59Z'));
  const rules = storeWith(policyText({ ...RULE, until: '2030-01-01T00:00:00Z' }), clock);
  expect(await rules.match(question())).not.toBeNull();
  clock.advance(1000);
  expect(await rules.match(question())).toBeNull();
});

test('is listed with stable IDs and cannot be revoked from outside', async () => {
  const [first] = await storeWith(policyText({ ...RULE, note: 'why' })).list();
  const rules = storeWith(policyText(RULE));
  expect(await rules.list()).toEqual([first]);
  expect(first).toMatchObject({ program: RULE.program, account: RULE.account, until: null });
  expect(await rules.revoke(first?.id ?? '')).toBe(false);
  expect(await rules.match(question())).not.toBeNull();
});

test('takes an account by identity ID', async () => {
  const sub = '3b6c0a60-1111-4111-8111-000000000001';
  const rules = storeWith(
    policyText({ ...RULE, program: '/opt/app/mytool', script: undefined, sha256: undefined, account: sub }),
  );
  expect(await rules.match(question(binary(), { account: { sub, username: 'x' } }))).not.toBeNull();
  expect(await rules.match(question(binary()))).toBeNull();
});

test('the starter policy is valid and allows nobody anything', async () => {
  expect(parsePolicy(STARTER_POLICY)).toEqual({ ok: true, rules: [] });
  expect(await storeWith(STARTER_POLICY).match(question())).toBeNull();
});

test.each([
  ['', 'line 1: a value is missing here'],
  ['{\n  "version": 1,\n  "rules": [}\n', 'line 3: a value is missing here'],
  ['{"version": 1\n "rules": []}', 'line 2: a comma or a closing brace is missing here'],
  ['{"version": 1,\n "version": 1}', 'line 2: the field "version" is there twice'],
  ['{"version": 01}', 'line 1: a value is not valid here'],
  ['{"a": 1}\n\nx', 'line 3: there is something after the end of the document'],
  ["{'version': 1}", 'line 1: a field name in double quotes is missing here'],
  ['['.repeat(100), 'line 1: it is nested too deeply'],
])('says where %j stops being JSON', (text, message) => {
  expect(errorsOf(text)).toEqual([message]);
});

test.each([
  [{ ...RULE, scrpit: 'x' }, 'line 11, rules[0].scrpit: there is no such field'],
  [{ ...RULE, program: 'bash' }, 'line 5, rules[0].program: must be an absolute path'],
  [
    { ...RULE, program: '/usr/bin/curl' },
    'line 5, rules[0].program: is a helper that works for any program, so no rule can be about it',
  ],
  [{ ...RULE, sha256: 'abc' }, 'line 7, rules[0].sha256: must be 64 lower-case hex digits'],
  [
    { ...RULE, sha256: undefined },
    'line 5, rules[0].program: needs "script" and its "sha256": an interpreter alone may run anything',
  ],
  [
    { ...RULE, program: '/usr/bin/python3.11', script: '/usr/bin/snakemake' },
    'line 6, rules[0].script: runs what others hand it, so a rule about it would be about all of that: name what it runs',
  ],
  [
    { ...RULE, scope: 'run_status' },
    'line 8, rules[0].scope: must be the full scope string, as `globus-token scopes --json` shows it',
  ],
  [{ ...RULE, until: 'tomorrow' }, 'line 11, rules[0].until: must be a time like 2030-12-31T00:00:00Z'],
])('[C35] refuses a rule that could mean more than it says, with line and field', (rule, message) => {
  expect(errorsOf(policyText(rule))).toContain(message);
});

test('[C35] one error leaves no rule in force', () => {
  expect(parsePolicy(policyText(RULE, { ...RULE, answer: 'maybe' })).ok).toBe(false);
  expect(errorsOf('{"version": 1, "rules": [], "__proto__": {}}')).toEqual([
    'line 1, __proto__: there is no such field',
  ]);
});
