import { json, number, record, records, table, text, texts } from '../output.ts';
import { durationText } from '../duration.ts';
import { clean } from '../text.ts';
import type { Context } from '../types.ts';

/** Who is signed in now, and with what. @param before the accounts that were signed in already */
export async function report(context: Context, before: readonly string[]): Promise<void> {
  const [status, answer] = await Promise.all([
    context.client.ask({ method: 'GET', path: '/v1/status' }).then(record),
    context.client.ask({ method: 'GET', path: '/v1/scopes' }),
  ]);
  const { account, accounts } = status;
  const scopes = records(answer);
  if (context.json) return context.out(json({ account, accounts, scopes }));
  const added = texts(status, 'accounts').filter((name) => !before.includes(name));
  const who = added.length > 0 ? added.join(', ') : text(status, 'account');
  context.err(`Signed in as ${clean(who)}.\n`);
  const rows = scopes.map((scope) => {
    const end = number(scope, 'expires_at');
    return [
      text(scope, 'name'),
      text(scope, 'state'),
      end === null ? '-' : durationText(end - context.now() / 1_000),
    ];
  });
  context.out(table(['SCOPE', 'STATE', 'TOKEN ENDS IN'], rows));
}
