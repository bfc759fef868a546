import { findProgram } from '../child/programs.ts';
import { variableNames } from '../exec/names.ts';
import { dieOf, runExec } from '../exec/run.ts';
import { Failure } from '../failure.ts';
import { record, text } from '../output.ts';
import { clean } from '../text.ts';
import { TOKEN_EXITS, TOKEN_OPTIONS, tokenQuery } from '../token-query.ts';
import type { Command, Context } from '../types.ts';
import { stderr, stdout } from '../streams.ts';

/** The least that a token can do: see flows. */
const USUAL_SCOPE = 'view_flows';
/** As shells have it: there is no such program; there is one that cannot be run. */
const NOT_FOUND = 127;
const NOT_RUN = 126;

export const command: Command = {
  name: 'exec',
  summary: 'run a program with tokens in its environment',
  arguments: [
    { name: 'command', help: 'the program', required: true, completes: 'command' },
    { name: 'args', help: 'its arguments', required: false, rest: true, completes: 'file' },
  ],
  options: {
    scope: {
      type: 'string',
      value: '<scope>',
      help: `a scope that it gets a token for; ${USUAL_SCOPE} when there is none`,
      completes: 'scope',
      multiple: true,
    },
    env: {
      type: 'string',
      value: '<name>',
      help: 'the variable instead of GLOBUS_TOKEN; once for each --scope',
      completes: 'none',
      multiple: true,
    },
    'no-mask': { type: 'boolean', help: 'leave its output alone; it keeps the terminal' },
    ...TOKEN_OPTIONS,
  },
  details: [
    'The token is in GLOBUS_TOKEN. With several scopes each has its own: GLOBUS_TOKEN_VIEW_FLOWS, and so on. Only ' +
      'the program and what it starts get it. All tokens are there before it starts, or it is not started.',
    'Its stdout and stderr pass through us, and the token in them becomes ****, also cut off, in base64, hex, ' +
      'UTF-16, percent or backslash escapes. That keeps a token out of logs by accident; dumps such as od, and a ' +
      'program that wants to leak it, it does not stop. With its output piped, the program is not on a terminal: --no-mask leaves it there.',
    'Signals reach the program, and its exit code or signal is ours: 127 when there is no such program, 126 when ' +
      'it cannot be run. A long run outlives its token; for those, have the program call globus-token get.',
  ],
  examples: [
    ['globus-token exec -- python3 list-flows.py', 'give a script GLOBUS_TOKEN for view_flows'],
    [
      'globus-token exec --scope run_manage --min-ttl 2h --env FLOWS_TOKEN -- ./watch-runs',
      'with another variable, and a token that lives two hours at least',
    ],
    [
      'globus-token exec --scope view_flows --scope run_status -- make report',
      'with GLOBUS_TOKEN_VIEW_FLOWS and GLOBUS_TOKEN_RUN_STATUS',
    ],
  ],
  exits: TOKEN_EXITS,
  passesOn: true,
  async run(context, { options, positionals }) {
    const [name = '', ...args] = positionals;
    const scopes = listOf(options['scope'], [USUAL_SCOPE]);
    const names = variableNames(scopes, listOf(options['env'], []));
    const found = findProgram(name, context.env);
    if (found.kind === 'batch') return isBatch(context, name, found.path);
    if (found.kind !== 'found')
      return cannotRun(context, name, found.kind === 'not-found' ? 'ENOENT' : 'EACCES');

    const tokens = new Map<string, string>();
    for (const [index, scope] of scopes.entries()) {
      tokens.set(names[index] ?? '', await tokenOf(context, tokenQuery(context, scope, options)));
    }
    const end = await runExec({
      program: found.path,
      words: [name, ...args],
      tokens,
      mask: options['no-mask'] !== true,
      env: context.env,
      platform: context.platform,
      stdout: stdout(),
      stderr: stderr(),
    });
    if (end.kind === 'exit') return end.code;
    return end.kind === 'signal' ? dieOf(end.signal) : cannotRun(context, name, end.code);
  },
};

async function tokenOf({ client }: Context, query: ReturnType<typeof tokenQuery>): Promise<string> {
  const token = text(record(await client.ask({ method: 'GET', path: '/v1/token', query })), 'access_token');
  if (token === '') throw new Failure('failed', 'The agent answered without a token.', 'globus-token doctor');
  return token;
}

/** These two codes are the shells’, and none of our table. */
function cannotRun(context: Context, name: string, why: string): number {
  const missing = why === 'ENOENT';
  const shown = clean(name).slice(0, 200);
  const detail = missing
    ? `There is no program ${shown}, so no token was asked for.`
    : `${shown} cannot be run (${why}), so it got no token.`;
  const next = missing ? 'see that it is on PATH' : 'chmod +x, or name its interpreter';
  return told(context, new Failure('failed', detail, next), missing ? NOT_FOUND : NOT_RUN);
}

function isBatch(context: Context, name: string, path: string): number {
  const shown = clean(name).slice(0, 200);
  const detail = `${shown} is lines for cmd.exe (${clean(path)}), so no token was asked for.`;
  return told(context, new Failure('failed', detail, `have it run them: exec -- cmd /c ${shown}`), NOT_RUN);
}

function told(context: Context, failure: Failure, code: number): number {
  context.err(
    context.json ? failure.json().replace(`"code":${failure.code}`, `"code":${code}`) : failure.text(),
  );
  return code;
}

function listOf(value: unknown, otherwise: readonly string[]): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : otherwise;
}
