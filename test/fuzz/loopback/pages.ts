import type { Outcome } from '../client.ts';
import type { Redirect, Visit } from './requests.ts';

export interface PageVerdict {
  /** Whether one of the answers took what came for the answer of the sign-in. */
  readonly accepted: boolean;
  readonly violation: string | null;
}

const HEADERS = ['cache-control: no-store', 'referrer-policy: no-referrer', 'connection: close'];

/** Looks at every byte that a visitor got: 400 or 404, or the page of the accepted answer; no secret, no markup. */
export function judgePage(visit: Visit, outcome: Outcome, { state, code }: Redirect): PageVerdict {
  const { bytes, ended } = outcome;
  const no = (violation: string): PageVerdict => ({ accepted: false, violation });
  if (!ended) return no('the connection was kept');
  const answers = bytes.split(/(?=HTTP\/1\.1 )/).filter((part) => part !== '');
  const statuses: number[] = [];
  for (const answer of answers) {
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
    statuses.push(status);
    if (![200, 302, 400, 404].includes(status)) return no(`answered ${JSON.stringify(answer.slice(0, 80))}`);
    const [head = '', body = ''] = answer.split(/\r\n\r\n(.*)/s);
    // Node's own 400 for a request without a Host has no head worth the name, and no body.
    const own = /content-security-policy|location:/i.test(head);
    const missing = own ? HEADERS.filter((line) => !head.toLowerCase().includes(line)) : [];
    if (missing.length > 0) return no(`an answer without ${missing.join(', ')}`);
    if (!own && body !== '') return no('a page without a policy');
    if (body.split('<script').length > 2 || body.includes("alert('zq')"))
      return no('markup of a stranger in a page');
    if (answer.includes(state) || answer.includes(code)) return no('the state or the code in an answer');
  }
  if (visit.pristine && answers.length === 0 && visit.verdict === 'right') return no('no answer');
  return { accepted: statuses.some((status) => status === 200 || status === 302), violation: null };
}
