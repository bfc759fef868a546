import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildPrograms } from '../bench/broker/processes.ts';
import { onTerminal, type Typed } from '../support/pty.ts';

vi.setConfig({ testTimeout: 20_000 });

/** Asks what its words say, and prints the answers as JSON on stdout. */
const ASKING = `
import { openPerson } from './person.mjs';
const person = openPerson(process.platform);
if (person === null) {
  console.log('nobody');
} else {
  const answers = [];
  for (const word of process.argv.slice(2)) {
    const how = { secret: 'askSecret', afresh: 'askAfresh' }[word] ?? 'ask';
    answers.push(await person[how](word + '? '));
  }
  person.say('thanks\\n');
  person.close();
  console.log(JSON.stringify(answers));
}
`;

let programs: Awaited<ReturnType<typeof buildPrograms>>;
let script: string;
const env = { PATH: '/usr/bin:/bin', HOME: '/nonexistent', TERM: 'dumb' };
beforeAll(async () => {
  const root = join(import.meta.dirname, '..', '..');
  programs = await buildPrograms(root, [join(root, 'cli', 'person.ts')]);
  script = join(programs.folder, 'ask.mjs');
  await writeFile(script, ASKING);
});
afterAll(() => programs.remove());

function asked(questions: readonly string[], typed: readonly Typed[], after: readonly string[] = []) {
  const command = [process.execPath, script, ...questions];
  return onTerminal(
    after.length === 0 ? command : ['sh', '-c', after.join(''), 'sh', ...command],
    env,
    typed,
  );
}

describe('the person at the terminal', () => {
  it('answers a question; the terminal shows what they type', async () => {
    const { stdout, screen } = await asked(['plain'], [{ sees: 'plain? ', types: 'ada\r' }]);
    expect(JSON.parse(stdout)).toEqual(['ada']);
    expect(screen).toContain('plain? ada');
    expect(screen).toContain('thanks');
  });

  it('[C31] decides nothing by what was typed before the question was shown, whole lines or a part', async () => {
    const { stdout, screen } = await asked(
      ['plain', 'afresh', 'plain'],
      [
        { sees: 'plain? ', types: 'ada\rtyped too early\rand a part' },
        { sees: 'afresh? ', types: 'no\rnext\r' },
      ],
    );
    expect(JSON.parse(stdout)).toEqual(['ada', 'no', 'next']);
    expect(screen).toContain('afresh? no');
  });

  it('types a secret that the terminal does not show', async () => {
    const { stdout, screen } = await asked(['secret'], [{ sees: 'secret? ', types: 'hörse  42\r' }]);
    expect(JSON.parse(stdout)).toEqual(['hörse  42']);
    expect(screen).not.toContain('rse');
    expect(screen).not.toContain('*');
  });

  it('may correct a secret: backspace, all of it, and no control characters', async () => {
    const typed = [{ sees: 'secret? ', types: 'wrong\u0015hör\u007f\u007f\u007f\u007f\bab\u0001\tc\r' }];
    expect(JSON.parse((await asked(['secret'], typed)).stdout)).toEqual(['abc']);
  });

  it('types ahead, and one answer after another', async () => {
    const typed = [
      { sees: 'plain? ', types: 'one\rtwo\r' },
      { sees: 'secret? ', types: 'three\rfour\r' },
    ];
    const { stdout } = await asked(['plain', 'plain', 'secret', 'secret'], typed);
    expect(JSON.parse(stdout)).toEqual(['one', 'two', 'three', 'four']);
  });

  it('may give no answer: Ctrl-D', async () => {
    const typed = [
      { sees: 'plain? ', types: '\u0004' },
      { sees: 'secret? ', types: '\u0004' },
    ];
    expect(JSON.parse((await asked(['plain', 'secret'], typed)).stdout)).toEqual([null, null]);
  });

  it.each([
    ['Ctrl-C', '\u0003', 130],
    ['Ctrl-C in the middle', 'half\u0003', 130],
  ])('leaves with %s, and the terminal is as it was', async (_what, types, code) => {
    const { stdout, screen } = await asked(
      ['secret'],
      [{ sees: 'secret? ', types }],
      [
        'trap : INT; before=$(stty -g </dev/tty); "$@"; code=$?; ',
        '[ "$(stty -g </dev/tty)" = "$before" ] && echo same; exit $code',
      ],
    );
    expect({ stdout, screen }).toMatchObject({ stdout: 'same\n' });
    expect((await asked(['secret'], [{ sees: 'secret? ', types }])).code).toBe(code);
  });

  it.each(['TERM', 'HUP', 'INT'])('gives the terminal back at SIG%s too', async (signal) => {
    const { stdout } = await asked(
      ['secret'],
      // Raw comes before the question, which then may never be shown.
      [],
      [
        'before=$(stty -g </dev/tty); "$@" & ',
        // Only when the terminal is raw is there anything to give back.
        'until stty -a </dev/tty | grep -q -- -icanon && echo raw || ! kill -0 $!; do :; done; ',
        `kill -${signal} $!; wait $!; [ "$(stty -g </dev/tty)" = "$before" ] && echo same`,
      ],
    );
    expect(stdout).toBe('raw\nsame\n');
  });

  it('[C49] is not there without a terminal', async () => {
    const child = spawn(process.execPath, [script, 'plain', 'secret'], {
      env,
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (chunk) => (said += String(chunk)));
    await once(child, 'close');
    expect(said).toBe('nobody\n');
    child.stdin.destroy();
  });

  it('[C48] is asked past stdin and stdout, which stay the command’s', async () => {
    const { stdout, screen } = await asked(
      ['plain'],
      [{ sees: 'plain? ', types: 'me\r' }],
      ['echo data | "$@" | sed s/me/you/'],
    );
    expect(stdout).toBe('["you"]\n');
    expect(screen).toContain('plain? me');
  });
});
