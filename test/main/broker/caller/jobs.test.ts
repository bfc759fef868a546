import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { promptText } from '../../../../main/broker/prompt-text.ts';
import { offersFor } from '../../../../main/broker/approvals/offers.ts';
import { sharedKey } from '../../../../main/broker/approvals/queue.ts';
import { question } from '../../../support/questions.ts';
import { liveBroker, type LiveBroker } from './live.ts';

/** What people's jobs look like to the kernel, with the interpreters that every machine has. */
let broker: LiveBroker;
beforeEach(async () => {
  broker = await liveBroker();
});
afterEach(() => broker.close());

/** Two commands, so that no shell puts the last one in its own place. */
const asking = () => `${broker.ask} | cat; true`;

it.runIf(process.platform === 'linux')('[C31] names the Python script behind os.system()', async () => {
  const script = broker.file('fetch.py', `import os\nos.system("""${asking()}""")\n`);
  broker.run('/usr/bin/python3', '-u', script);
  const caller = await broker.caller();
  expect(caller.subject).toMatchObject({ kind: 'program', script: { path: script }, inline: false });
  expect(offersFor(caller.subject).terms).toContain('always');
  expect(caller.chain.map(({ executable }) => executable.replace(/.*\//, ''))).toEqual([
    'curl',
    expect.stringMatching(/^(?:da|ba)?sh$/),
    expect.stringMatching(/^python3/),
    expect.any(String),
  ]);
  expect(broker.identifier.stillSame(caller)).toBe(true);
});

it.runIf(process.platform === 'linux')('[C31] names the Perl script behind backticks', async () => {
  const script = broker.file('fetch.pl', `my $token = \`${asking()}\`;\n`);
  broker.run('/usr/bin/perl', script);
  expect((await broker.caller()).subject).toMatchObject({ script: { path: script }, inline: false });
});

it.runIf(process.platform === 'linux')('[C31] names the module that Python runs, and no more', async () => {
  broker.file('kernel/__init__.py', '');
  broker.file('kernel/__main__.py', `import subprocess\nsubprocess.run("""${asking()}""", shell=True)\n`);
  broker.run('/usr/bin/python3', '-m', 'kernel', '-f', 'kernel-1.json');
  const { subject } = await broker.caller();
  expect(subject).toMatchObject({ script: null, inline: true, module: 'kernel' });
  expect(offersFor(subject)).toEqual({ terms: ['once', 'ten-minutes', 'hour'], remember: false });
  const { rows } = promptText(question(subject), offersFor(subject).terms);
  expect(rows[0]).toMatchObject({ label: 'Script', value: 'none: the module kernel', mark: 'claimed' });
});

it.runIf(process.platform === 'linux')(
  '[C31] knows two jobs of one batch script by its content',
  async () => {
    const job = async (number: string, more = '') => {
      mkdirSync(join(broker.folder, `job${number}`));
      const script = broker.file(`job${number}/slurm_script`, `#!/bin/bash\n${asking()}\n${more}`);
      broker.run('/usr/bin/bash', script);
      return (await broker.caller()).subject;
    };
    const [one, other, changed] = [await job('00012'), await job('00013'), await job('00014', '# more')];
    const pinned = { path: join(broker.folder, 'job*/slurm_script'), binding: { inode: 'copy' } };
    expect(one).toMatchObject({ kind: 'program', script: pinned });
    const scriptOf = (subject: typeof one) => (subject.kind === 'program' ? subject.script : null);
    expect(scriptOf(other)).toEqual(scriptOf(one));
    expect(scriptOf(changed)).not.toEqual(scriptOf(one));
    // A "once" is for one of them all the same.
    expect(sharedKey(question(other))).not.toBe(sharedKey(question(one)));
  },
);
