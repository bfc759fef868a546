import { expect, test } from 'vitest';
import { inlineOf, isShell, runOf } from '../../../../main/broker/caller/interpreters.ts';

const run = (line: string, program?: string) => {
  const argv = line.split(' ');
  return runOf({ executable: `/usr/bin/${program ?? argv[0]?.replace(/^-/, '') ?? ''}`, argv });
};

test.each([
  ['bash x.sh -c y', 'x.sh'],
  ['bash -eu -o pipefail -- x.sh', 'x.sh'],
  ['bash -euo pipefail x.sh', 'x.sh'],
  ['sh x.sh', 'x.sh', 'dash'],
  ['zsh -f x.zsh', 'x.zsh'],
  ['python3.11 -u -W ignore x.py -m z', 'x.py'],
  ['node --enable-source-maps x.js -e 1', 'x.js'],
  ['perl -w x.pl', 'x.pl'],
  ['ruby x.rb', 'x.rb'],
  ['Rscript --vanilla x.R', 'x.R'],
  ['R --no-echo --no-restore --file=x.R', 'x.R'],
  ['java -Xmx1g -jar x.jar', 'x.jar'],
  ['php x.php', 'x.php'],
  ['octave-cli-8.4.0 -q x.m', 'x.m'],
  ['busybox sh x.sh', 'x.sh'],
  ['sh x.sh', 'x.sh', 'busybox'],
])('[C31] finds the script in "%s"', (line, argument, program?: string) => {
  expect(run(line, program)).toEqual({ kind: 'script', argument });
});

test.each([
  'bash -c x',
  'bash -lc x',
  'bash -s x',
  'bash --unheard-of x.sh',
  'python3 -c x',
  'python3 -m x',
  'python3 -',
  'python3',
  'python3 -Ic x',
  'node -e x',
  'node -r ./hook.js x.js',
  'node --import=./hook.js x.js',
  'node --inspect x.js',
  'perl -e x',
  'perl -Mx x.pl',
  'ruby -rx x.rb',
  'java Main',
  'deno run x.ts',
  'ld-linux-x86-64.so.2 /usr/bin/x',
  'awk {}',
  'octave --eval x',
  'octave-cli-8.4.0',
  'MATLAB -batch x',
  'swipl x.pl',
  'beam.smp -noshell',
  'jshell x',
  'vim.basic -S x',
  'code --reuse-window',
  'qemu-x86_64-static ./x',
  'wine64-preloader x.exe',
  'bash --rcfile x',
  'bash --init-file x -i',
])('[C31] binds "%s" to no file', (line) => {
  expect(run(line)).toEqual({ kind: 'inline' });
});

const inline = (line: string) => {
  const argv = line.split(' ');
  return inlineOf({ executable: `/usr/bin/${argv[0] ?? ''}`, argv });
};

test.each([
  ['python3 -m pkg', 'pkg'],
  ['python3 -W ignore -um ipykernel_launcher -f k.json', 'ipykernel_launcher'],
  ['python3 -u -m', null],
  ['python3 -c m', null],
  ['bash -m x', null],
])('[C31] reads the module of "%s"', (line, module) => {
  expect(inline(line).module).toBe(module);
});

test.each([
  ['sh -c x', true],
  ['bash -euo pipefail -c x', true],
  ['bash -O extglob -lc x', true],
  ['bash -s -c', false],
  ['bash --rcfile -c', false],
  ['bash', false],
  ['python3 -c x', false],
])('[C31] knows whether "%s" is a command line', (line, command) => {
  expect(inline(line).command).toBe(command);
});

test.each(['bash', '-bash', 'zsh -i', 'bash --norc -i', 'fish'])('[C31] knows "%s" as a prompt', (line) => {
  expect(run(line)).toEqual({ kind: 'prompt' });
});

test.each(['ssh', 'curl', 'decode', 'codec', 'nodemon'])('[C31] takes %s for a plain program', (name) => {
  expect(run(name)).toEqual({ kind: 'program' });
  expect(isShell({ executable: `/usr/bin/${name}`, argv: [name] })).toBe(false);
});
