import { basename } from 'node:path';
import type { ProcInfo } from './process-table.ts';

/**
 * What a process runs, from its executable and its argv.
 * - `program`: the executable itself says it all.
 * - `script`: an interpreter with a script; `argument` as it stands in argv.
 * - `inline`: an interpreter whose code no file holds, or whose options are not understood.
 * - `prompt`: a shell without a script: a person's, if its input is a terminal.
 */
export type Run = { kind: 'program' | 'inline' | 'prompt' } | { kind: 'script'; argument: string };

/** What more argv says of inline code. */
export interface Inline {
  /** A shell's `-c`: somebody wrote a command line. */
  readonly command: boolean;
  /** The name after Python's `-m`. */
  readonly module: string | null;
}

/** Options of one family of interpreters; whatever is not listed makes the run `inline`, the strictest kind. */
interface Family {
  readonly names: RegExp;
  readonly shell?: true;
  /** Options without a value. */
  readonly flags: RegExp;
  /** Options whose value is the next argument. */
  readonly valued?: RegExp;
  /** Options that name the script, as `--file=x` (group 1) or with the next argument. */
  readonly file?: RegExp;
  /** The option after which a module's name follows. */
  readonly module?: RegExp;
  /** A plain argument is no script here. */
  readonly onlyByOption?: true;
}

const NONE = /^$/;
const FAMILIES: readonly Family[] = [
  {
    names: /^(?:ba|da|a|k|mk|pdk|z|fi|rba|c|tc|ya)?sh(?:[\d.-]*|\.distrib)$|^ksh93$|^oksh$/,
    shell: true,
    flags:
      /^(?:[-+][abefhiklmnprtuvxBCEHPT]+|--(?:login|norc|noprofile|posix|restricted|verbose|interactive))$/,
    // `--rcfile` and `--init-file` are none of them: their file runs, whatever is typed after it.
    valued: /^[-+][abefhiklmnprtuvxBCEHPT]*[oO]$/,
  },
  {
    names: /^python[\d.]*[dmtu]*$|^pypy[\d.]*$/,
    flags: /^-[bBdEhiIOPqRsSuvVx]+$/,
    valued: /^-[WX]$/,
    module: /^-[bBdEhiIOPqRsSuvVx]*m$/,
  },
  {
    names: /^node(?:js)?[\d.]*$/,
    flags:
      /^--(?:(?:no-)?(?:warnings|deprecation|enable-source-maps|expose-gc|preserve-symlinks(?:-main)?|trace-[a-z-]+)|max-old-space-size=\d+|unhandled-rejections=\w+)$/,
  },
  { names: /^perl[\d.]*$/, flags: /^-[wWXTtUuSsfac]+$|^-[CD]\d*$/ },
  { names: /^ruby[\d.]*$/, flags: /^-[wvadUsS]+$|^-W\d?$|^--(?:verbose|yjit|jit|disable-gems)$/ },
  { names: /^Rscript$/, flags: /^--(?:vanilla|verbose|no-[a-z-]+|slave|default-packages=[\w,]+)$/ },
  {
    names: /^R$/,
    flags: /^--(?:vanilla|slave|no-[a-z-]+|quiet|silent|args.*)$|^-[qs]$/,
    file: /^(?:--file=(.+)|-f)$/,
    onlyByOption: true,
  },
  { names: /^java$/, flags: /^-(?:X[\w:+=-]*|D[\w.]+=.*|server|ea)$/, file: /^-jar$/, onlyByOption: true },
  { names: /^php[\d.]*$/, flags: /^-[nq]+$/, file: /^-f$/ },
  { names: /^(?:lua(?:jit)?[\d.-]*|tclsh[\d.]*|guile[\d.]*|julia|groovy)$/, flags: NONE },
  {
    names: /^octave(?:-(?:cli|gui))?(?:-[\d.]+)?$/,
    flags: /^-[qfHW]+$|^--(?:no-[a-z-]+|norc|quiet|silent|traditional)$/,
  },
  // Code or another program comes in by ways of their own: never bound to a file.
  {
    names:
      /^(?:g?make|bun|deno|dotnet|mono|pwsh|osascript|[gmn]?awk|gdb|nu|elvish|emacs.*|electron|ld-.*|ld\.so.*)$/,
    flags: NONE,
    onlyByOption: true,
  },
  {
    names:
      /^(?:matlab|idl|swipl|beam(?:\.smp)?|erl|elixir|iex|jshell|runghc|ghci?|gnuplot|gap|c?maple|math(?:ematica|kernel)|wolfram(?:kernel|nb|script)?)(?:-?[\d.]+)?$/i,
    flags: NONE,
    onlyByOption: true,
  },
  // Editors with a language of their own, and what runs the programs of another system.
  {
    names:
      /^(?:n?vim?(?:\.\w+)?|code(?:-\w+)?|codium|wine(?:64)?(?:-preloader)?|qemu-\w+(?:-static)?|box(?:64|86))$/,
    flags: NONE,
    onlyByOption: true,
  },
];

/** Executables that are many programs; which one stands in argv (busybox, uutils coreutils). */
const MULTI_CALL = /^(?:busybox|toybox|coreutils)(?:[.-].*)?$/;

/** The program's name: last part of the executable, the applet of a multi-call one; "" when not known. */
export function programName(info: Pick<ProcInfo, 'executable' | 'argv'>): string {
  const name = basename(info.executable ?? '');
  if (!MULTI_CALL.test(name)) return name;
  const [first = '', second = ''] = info.argv;
  const called = basename(first).replace(/^-/, '');
  return MULTI_CALL.test(called) ? basename(second) : called;
}

/** True for the basename of an interpreter, or of anything else that does what a file given to it says. */
export function runsCode(name: string): boolean {
  return familyNamed(name) !== undefined;
}

/** True for sh, bash, dash, zsh and their like. */
export function isShell(info: Pick<ProcInfo, 'executable' | 'argv'>): boolean {
  return familyOf(info)?.shell === true;
}

/** Reads the run from argv, which is the process's claim. */
export function runOf(info: Pick<ProcInfo, 'executable' | 'argv'>): Run {
  const family = familyOf(info);
  if (family === undefined) return { kind: 'program' };
  const argv = argumentsOf(info);
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    const named = family.file?.exec(argument);
    if (named) return scriptOr(named[1] ?? argv[index + 1]);
    if (family.valued?.test(argument) === true) index++;
    else if (argument === '--') return positional(family, argv[index + 1]);
    else if (!/^[-+]./.test(argument)) return positional(family, argument);
    else if (!family.flags.test(argument)) return { kind: 'inline' };
  }
  return family.shell === true ? { kind: 'prompt' } : { kind: 'inline' };
}

/** As `runOf`, for a process of which that says `inline`. */
export function inlineOf(info: Pick<ProcInfo, 'executable' | 'argv'>): Inline {
  const family = familyOf(info);
  const argv = argumentsOf(info);
  const at = argv.findIndex((one, index) => {
    const value = index > 0 && family?.valued?.test(argv[index - 1] ?? '') === true;
    return !value && family?.flags.test(one) !== true && family?.valued?.test(one) !== true;
  });
  const option = argv[at] ?? '';
  const module = family?.module?.test(option) === true ? (argv[at + 1] ?? '') : '';
  // `-c`, `-lc`, `-euc`.
  const command = family?.shell === true && /^-[a-zA-Z]*c[a-zA-Z]*$/.test(option);
  return { command, module: module === '' ? null : module };
}

function positional(family: Family, argument: string | undefined): Run {
  return family.onlyByOption === true ? { kind: 'inline' } : scriptOr(argument);
}

function scriptOr(argument: string | undefined): Run {
  return argument === undefined || argument === '' || argument === '-'
    ? { kind: 'inline' }
    : { kind: 'script', argument };
}

function familyOf(info: Pick<ProcInfo, 'executable' | 'argv'>): Family | undefined {
  return familyNamed(programName(info));
}

/** Asked several times for each process of each caller, mostly about the same few names. */
const KNOWN = new Map<string, Family | undefined>();
/** Names are the callers' choice, so what is kept of them has an end. */
const MOST_KNOWN = 500;

function familyNamed(name: string): Family | undefined {
  if (KNOWN.has(name)) return KNOWN.get(name);
  if (KNOWN.size >= MOST_KNOWN) KNOWN.clear();
  const family = FAMILIES.find(({ names }) => names.test(name));
  KNOWN.set(name, family);
  return family;
}

/** Arguments after the program's own name, and after the applet's in `busybox sh x`. */
function argumentsOf(info: Pick<ProcInfo, 'executable' | 'argv'>): readonly string[] {
  const name = basename(info.executable ?? '');
  const applet = MULTI_CALL.test(name) && MULTI_CALL.test(basename(info.argv[0] ?? ''));
  return info.argv.slice(applet ? 2 : 1);
}
