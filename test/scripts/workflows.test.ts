import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
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

/** What electron-builder reads its own configuration with. */
const { load } = createRequire(join(ROOT, 'node_modules/app-builder-lib/package.json'))('js-yaml') as {
  load(text: string): unknown;
};

interface Job {
  readonly needs?: string;
  readonly if?: string;
  readonly 'continue-on-error'?: boolean;
  readonly strategy?: { readonly matrix?: Readonly<Record<string, readonly string[]>> };
  readonly steps?: readonly {
    readonly name?: string;
    readonly if?: string;
    readonly run?: string;
    readonly uses?: string;
  }[];
}
interface Workflow {
  readonly on: { readonly schedule?: unknown };
  readonly jobs: Readonly<Record<string, Job>>;
}
const parsed = (name: string): Workflow => load(readFileSync(join(FOLDER, name), 'utf8')) as Workflow;
const jobsOf = (name: string): Workflow['jobs'] => parsed(name).jobs;
const runs = (job: Job | undefined): string[] => (job?.steps ?? []).flatMap(({ run }) => run ?? []);

/** npm's own commands; everything else that stands after `npm` has to be `run <script>`. */
const NPM = ['ci', 'test', 'run', 'audit'];
const found = (text: string, sign: RegExp): string[] =>
  [...text.matchAll(sign)].map((match) => match[1] ?? '');

describe('the workflows', () => {
  it('are for every change, for every release and for what takes long', () => {
    expect(workflows.map(({ name }) => name).sort()).toEqual(['ci.yml', 'release.yml', 'weekly.yml']);
  });

  it('make and sign installers only of a commit whose whole tests pass', () => {
    const jobs = jobsOf('release.yml');
    expect(Object.keys(jobs)).toEqual(['test', 'build', 'publish']);
    expect(runs(jobs['test'])).toEqual(['.ci/run']);
    expect(jobs['test']?.['continue-on-error']).toBeUndefined();
    expect(jobs['build']?.needs).toBe('test');
    expect(jobs['publish']?.needs).toBe('build');
    // A condition of their own (`always()`) would have them go on after a failure.
    expect(Object.values(jobs).map((job) => job.if)).toEqual([undefined, undefined, undefined]);
  });

  it('[C45] read the fuses back on each system, after the installers and before anything is handed on', () => {
    const { steps = [] } = jobsOf('release.yml')['build'] ?? {};
    const at = steps.findIndex(({ name }) => name === 'Fuses');
    const { run = '', if: condition } = steps[at] ?? {};
    for (const folder of ['linux-unpacked', 'mac release/mac-arm64', 'win-unpacked'])
      expect(run).toContain(`) node scripts/check-fuses.mjs release/${folder} ;;`);
    expect(condition).toBeUndefined();
    const last = steps.findLastIndex(({ name }) => name?.startsWith('Installers for') === true);
    expect(at).toBe(last + 1);
    expect(
      steps.findIndex(({ uses }) => uses?.startsWith('actions/upload-artifact@') === true),
    ).toBeGreaterThan(at);
  });

  it('[C45] package the app on macOS and Windows for every change, which checks its native modules and fuses', () => {
    const elsewhere = jobsOf('ci.yml')['elsewhere'];
    expect(elsewhere?.strategy?.matrix?.['system']).toEqual(['macos-15', 'windows-2025']);
    expect(runs(elsewhere)).toContain('npm run package');
  });

  it('kill, soak and fuzz once a week, each with a seed that the log names', () => {
    const { on } = parsed('weekly.yml');
    expect(on.schedule).toEqual([{ cron: expect.stringMatching(/^\d+ \d+ \* \* \d$/) as string }]);
    const { long } = jobsOf('weekly.yml');
    const commands = ['npm run kills -- --kills 500', 'npm run soak -- --hours 24', 'npm run fuzz --'];
    expect(long?.strategy?.matrix?.['command']).toEqual(commands);
    expect(runs(long).at(-1)).toBe('${{ matrix.command }} --seed "$GITHUB_RUN_NUMBER"');
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
      expect(uses.length).toBeGreaterThan(0);
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
