import { durationText } from '../duration.ts';
import { json, number, records, table, text } from '../output.ts';
import type { Context } from '../types.ts';

const PATH = '/v1/rules';

export async function showRules(context: Context): Promise<void> {
  const answer = await context.client.ask({ method: 'GET', path: PATH });
  if (context.json) return context.out(json(answer));
  const rules = records(answer);
  if (rules.length === 0) return context.err('There are no rules.\n');
  const rows = rules.map((rule) => [
    text(rule, 'id'),
    text(rule, 'answer'),
    text(rule, 'script') || text(rule, 'program'),
    text(rule, 'scope'),
    text(rule, 'account'),
    endOf(rule, context.now()),
  ]);
  context.out(table(['RULE', 'ANSWER', 'WHO', 'SCOPE', 'ACCOUNT', 'ENDS IN'], rows));
}

export async function revokeRule(context: Context, id: string): Promise<void> {
  const answer = await context.client.ask({ method: 'DELETE', path: PATH, query: { id } });
  if (context.json) context.out(json(answer));
  else context.err('Revoked: it is asked about again. Tokens that were handed out live until they end.\n');
}

function endOf(rule: Readonly<Record<string, unknown>>, now: number): string {
  const until = number(rule, 'until');
  const terminal = text(rule, 'terminal');
  if (until !== null) return durationText(until - now / 1_000);
  return terminal === '' ? '-' : `when ${terminal} closes`;
}
