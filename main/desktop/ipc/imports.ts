import type { AdoptedView, Answer, TokenFileView, TokenHoldingView } from '../../../preload/contract.ts';
import type { Problem } from '../../effects.ts';
import { SERVICES } from '../../globus/catalog.ts';
import type { AdoptOptions, FoundFile, FoundHolding } from '../../imports/types.ts';
import { cancelledProblem } from '../running-calls.ts';
import { problemView } from '../problem-view.ts';
import type { CallContext } from './context.ts';
import type { Handlers } from './register.ts';

type Names = 'imports.list' | 'imports.adopt' | 'imports.remove';

/** Other programs' token files. The page can name only what it was shown: a path of its own goes nowhere. */
export function importHandlers(
  context: Pick<CallContext, 'imports' | 'noteAct' | 'running'>,
): Pick<Handlers, Names> {
  const { imports, running } = context;
  let shown: ReadonlySet<string> = new Set();
  return {
    'imports.list': async () => {
      const files = await (await imports.open()).found();
      shown = new Set(files.map(({ path }) => path));
      return { ok: true, value: files.map(fileView) };
    },
    'imports.adopt': async ({ path }) => {
      if (!shown.has(path)) return NOT_SHOWN;
      const taken: string[] = [];
      const done = await running.run({ call: 'imports.adopt', path }, (signal) =>
        adopt(context, path, { signal, onTaken: (server) => taken.push(server) }),
      );
      // The token that Globus is giving meanwhile is kept when it comes; the page looks again for it.
      return done ?? { ok: true, value: stoppedView(taken) };
    },
    'imports.remove': async ({ path }) => {
      if (!shown.has(path)) return NOT_SHOWN;
      return running.answer({ call: 'imports.remove', path }, () => remove(context, path));
    },
  };
}

async function adopt(
  { imports, noteAct }: Pick<CallContext, 'imports' | 'noteAct'>,
  path: string,
  options: AdoptOptions,
): Promise<Answer<AdoptedView>> {
  const result = await (await imports.open()).adopt(path, null, options);
  if (!result.ok) return { ok: false, problem: problemView(result.problem) };
  const { adopted, ended, signIn, problem } = result.value;
  // Whoever ended it before anything was taken in left nothing to tell of.
  if (options.signal?.aborted !== true || adopted.length > 0) noteAct('import');
  const value: AdoptedView = {
    services: titles(adopted.map(({ resourceServer }) => resourceServer)),
    ended: titles(ended),
    signIn: [...signIn],
    problem: problem === null ? null : problemView(problem),
  };
  return { ok: true, value };
}

async function remove(
  { imports, noteAct }: Pick<CallContext, 'imports' | 'noteAct'>,
  path: string,
): Promise<Answer<{ revoked: number; kept: number }>> {
  const result = await (await imports.open()).remove(path, null);
  if (!result.ok) return { ok: false, problem: problemView(result.problem) };
  noteAct('import-removed');
  const { revoked, kept } = result.value;
  return { ok: true, value: { revoked, kept } };
}

function stoppedView(taken: readonly string[]): AdoptedView {
  return { services: titles(taken), ended: [], signIn: [], problem: cancelledProblem('imports.adopt') };
}

const PROGRAMS = {
  'globus-cli': 'globus-cli',
  'globus-sdk': 'An app of the Globus SDK',
  other: 'Unknown program',
} as const;

function fileView({ path, program, exposed, problem, holdings }: FoundFile): TokenFileView {
  return {
    path,
    program: PROGRAMS[program],
    exposed,
    problem: problem === null ? null : problemView(problem),
    holdings: holdings.map(holdingView),
  };
}

function holdingView({ account, profile, tokens, here, ours }: FoundHolding): TokenHoldingView {
  const renewable = tokens.filter((token) => token.renewable);
  const adopted = renewable.length > 0 && renewable.every((token) => token.adopted);
  return {
    account,
    profile,
    services: titles(tokens.map(({ resourceServer }) => resourceServer)),
    way: !here ? 'none' : !ours ? 'sign-in' : adopted ? 'adopted' : 'adopt',
  };
}

function titles(servers: readonly string[]): string[] {
  return [...new Set(servers.map(titleOf))].sort();
}

/** A flow's or a collection's resource server is a bare ID. */
function titleOf(server: string): string {
  return SERVICES.find(({ resourceServer }) => resourceServer === server)?.title ?? server;
}

const NO_FILE: Problem = {
  reason: 'import-absent',
  title: 'That file was not listed',
  tokens: 'Nothing was changed.',
  next: 'Look for the files again.',
};
const NOT_SHOWN = { ok: false, problem: problemView(NO_FILE) } as const;
