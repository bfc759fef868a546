import { records, text } from '../output.ts';
import { clean } from '../text.ts';
import type { Client } from '../types.ts';

/**
 * What the tokens of a forward can do beyond its scopes: a token carries what its sign-in covered (GLOBUS.md §0.3).
 *
 * @param scopes as the user wrote them
 * @returns lines for people; empty: nothing, or the agent does not say
 */
export async function widerNote(client: Pick<Client, 'ask'>, scopes: readonly string[]): Promise<string> {
  const all = records(await client.ask({ method: 'GET', path: '/v1/scopes' }).catch(() => []));
  const wanted = all.filter(
    (one) => scopes.includes(text(one, 'name')) || scopes.includes(text(one, 'scope')),
  );
  const names = wanted.map((one) => text(one, 'name'));
  const lines = wanted.flatMap((one) => {
    const more = one['also_allows'];
    const beyond = (Array.isArray(more) ? more : [])
      .filter((name) => !names.includes(String(name)))
      .map(String);
    if (beyond.length === 0) return [];
    const name = clean(text(one, 'name'));
    return [
      `The token for ${name} can also: ${beyond.map(clean).join(', ')}. ` +
        `One that cannot: globus-token login --isolate ${name}\n`,
    ];
  });
  return lines.join('');
}
