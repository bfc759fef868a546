import { expect, it } from 'vitest';
import { sessionFetch } from '../../../main/desktop/fetch.ts';

it('[C25] sends no cookie and leaves nothing in a cache, whatever the caller says', async () => {
  const seen: unknown[] = [];
  const session = {
    fetch: (...args: unknown[]) => {
      seen.push(args);
      return Promise.resolve(new Response('x'));
    },
  };
  const fetch = sessionFetch(() => session);
  await fetch(new URL('https://auth.globus.org/x'), {
    method: 'POST',
    credentials: 'include',
    cache: 'default',
  });
  expect(seen).toEqual([
    ['https://auth.globus.org/x', { method: 'POST', credentials: 'omit', cache: 'no-store' }],
  ]);
});
