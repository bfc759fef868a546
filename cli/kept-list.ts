import { durationText } from './duration.ts';
import { Failure } from './failure.ts';
import { json, number, records, table } from './output.ts';
import type { ArgumentSpec, Context, Input } from './types.ts';

type Kept = Readonly<Record<string, unknown>>;

/** What the agent keeps for people, and `globus-token <command>` lists and changes: scopes, flows. */
export interface KeptList {
  readonly command: string;
  /** Name of what is added and removed: in the usage, and in the request that adds it. */
  readonly one: string;
  readonly path: string;
  /** What names it in the request that removes it. */
  readonly removedBy: string;
  /** Said of an empty list, on stderr; so are the next two. */
  readonly none: string;
  readonly added: string;
  readonly columns: readonly string[];
  /** @param kept one element of the agent's answer */
  row(kept: Kept, now: number): string[];
}

const REMOVED = 'No longer kept. What you allowed is still allowed at Globus.\n';

export const ACTION: ArgumentSpec = {
  name: 'action',
  help: 'add or remove; without one the list',
  required: false,
  choices: ['add', 'remove'],
};

/** @returns the exit code @throws Failure */
export async function runKeptList(list: KeptList, context: Context, input: Input): Promise<number> {
  const { command, one, path } = list;
  const [action, thing] = input.positionals;
  if (action === undefined) {
    show(list, context, await context.client.ask({ method: 'GET', path }));
    return 0;
  }
  const help = `globus-token ${command} --help`;
  if (action !== 'add' && action !== 'remove')
    throw new Failure('usage', `${command} does not know ${JSON.stringify(action)}`, help);
  if (thing === undefined) throw new Failure('usage', `${command} ${action} needs <${one}>`, help);
  const answer =
    action === 'add'
      ? await context.client.ask({ method: 'POST', path, body: { [one]: thing } })
      : await context.client.ask({ method: 'DELETE', path, query: { [list.removedBy]: thing } });
  if (context.json) context.out(json(answer));
  else context.err(action === 'add' ? list.added : REMOVED);
  return 0;
}

function show(list: KeptList, context: Context, answer: unknown): void {
  if (context.json) return context.out(json(answer));
  const all = records(answer);
  if (all.length === 0) return context.err(list.none);
  context.out(
    table(
      list.columns,
      all.map((kept) => list.row(kept, context.now())),
    ),
  );
}

/** How long the token lives, for a row. @param now milliseconds since the epoch */
export function endsIn(kept: Kept, now: number): string {
  const at = number(kept, 'expires_at');
  return at === null ? '-' : durationText(at - now / 1_000);
}
