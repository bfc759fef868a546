import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/build-targets.mjs';

const FOLDER = join(ROOT, '.github', 'workflows');
const workflows = readdirSync(FOLDER).map((name) => ({
  name,
  text: readFileSync(join(FOLDER, name), 'utf8'),
}));
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** npm's own commands; everything else that stands after `npm` has to be `run <script>`. */
const NPM = ['ci', 'test', 'run', 'audit'];
const found = (text: string, sign: RegExp): string[] =>
  [...text.matchAll(sign)].map((match) => match[1] ?? '');

describe('the workflows', () => {
  it('are for every change and for every release', () => {
    expect(workflows.map(({ name }) => name).sort()).toEqual(['ci.yml', 'release.yml']);
  });

  it.each(workflows)(
    '$name runs scripts that exist, and installs without their install scripts',
    ({ text }) => {
      const commands = found(text, /\bnpm (?!ci_|_)([\w-]+)/g);
      expect(commands.filter((command) => !NPM.includes(command))).toEqual([]);
      const files = found(text, /\bnode (scripts\/[\w.-]+)/g);
      expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
      const tests = text.match(/\btest\/[\w./-]+/g) ?? [];
      expect(tests.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
      const named = found(text, /\bnpm run (?:--\S+ )*([\w:-]+)/g);
      expect(named.length).toBeGreaterThan(0);
      expect(named.filter((script) => scripts[script] === undefined)).toEqual([]);
      expect(text).toMatch(/^env:\n +npm_config_ignore_scripts: 'true'$/m);
    },
  );

  it.each(workflows)(
    '$name takes every action by its whole commit, and says which version that is',
    ({ text }) => {
      const uses = found(text, /^\s*-? *uses: (.*)$/gm);
      expect(uses.length).toBeGreaterThan(2);
      expect(uses.filter((line) => !/^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d/.test(line))).toEqual([]);
    },
  );

  it.each(workflows)('$name may only read by default, and leaves no token in its checkout', ({ text }) => {
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
    expect(text).not.toMatch(/pull_request_target|write-all/);
    expect(found(text, /(actions\/checkout@)/g)).toHaveLength(
      found(text, /(persist-credentials: false)/g).length,
    );
  });

  it('lets only the job that runs no code of npm’s write, and no pull request see a secret', () => {
    const release = workflows.find(({ name }) => name === 'release.yml')?.text ?? '';
    const [build = '', publish = ''] = release.split(/^ {2}publish:$/m);
    expect(build).not.toContain(': write');
    expect(publish).toMatch(/contents: write/);
    expect(publish).not.toMatch(/\bnp[mx]\b|checkout@|secrets\./);
    expect(workflows.find(({ name }) => name === 'ci.yml')?.text).not.toContain('secrets.');
    // A name from a tag or a title is never part of a script’s text.
    for (const { text } of workflows)
      expect(text).not.toMatch(/run:.*\$\{\{ *github\.(?:event|ref_name|head_ref)/);
  });
});
