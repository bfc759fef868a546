import type { AdoptedView, TokenFileView, TokenHoldingView } from '../../../preload/contract.ts';
import type { Problem } from '../../effects.ts';
import { SERVICES } from '../../globus/catalog.ts';
import type { FoundFile, FoundHolding } from '../../imports/types.ts';
import { problemView } from '../view.ts';
import type { CallContext } from './context.ts';
import type { Handlers } from './register.ts';

type Names = 'imports.list' | 'imports.adopt' | 'imports.remove';

/** Other programs' token files. The page can name only what it was shown: a path of its own goes nowhere. */
export function importHandlers({ imports }: Pick<CallContext, 'imports'>): Pick<Handlers, Names> {
  let shown: ReadonlySet<string> = new Set();
  return {
    'imports.list': async () => {
      const files = await (await imports.open()).found();
      shown = new Set(files.map(({ path }) => path));
      return { ok: true, value: files.map(fileView) };
    },
    'imports.adopt': async ({ path }) => {
      if (!shown.has(path)) return NOT_SHOWN;
      const result = await (await imports.open()).adopt(path, null);
      if (!result.ok) return { ok: false, problem: problemView(result.problem) };
      imports.note('import');
      const { adopted, ended, signIn, problem } = result.value;
      const value: AdoptedView = {
        services: titles(adopted.map(({ resourceServer }) => resourceServer)),
        ended: titles(ended),
        signIn: [...signIn],
        problem: problem === null ? null : problemView(problem),
      };
      return { ok: true, value };
    },
    'imports.remove': async ({ path }) => {
      if (!shown.has(path)) return NOT_SHOWN;
      const result = await (await imports.open()).remove(path, null);
      if (!result.ok) return { ok: false, problem: problemView(result.problem) };
      imports.note('import-removed');
      const { revoked, kept } = result.value;
      return { ok: true, value: { revoked, kept } };
    },
  };
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
