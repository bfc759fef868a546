import type { OAuthContext, Provider } from '../../../main/oauth/context.ts';
import { AuthorizationRefused, exchangeCode } from '../../../main/oauth/exchange.ts';
import { OAuthFailure } from '../../../main/oauth/failure.ts';
import { PRODUCTION } from '../../../main/globus/environments.ts';
import { realClock } from '../../support/agent-parts.ts';
import type { Random } from '../random.ts';

const ISSUER = PRODUCTION.issuer;

/**
 * Exchanges an accepted answer whose state or issuer was changed on the way, or not. Only what is right to the
 * last letter may cause a token request (CHECKLIST 7, 9), and nothing but the two declared errors may come of it.
 *
 * @returns what did not hold
 */
export async function judgeExchange(
  random: Random,
  answer: URLSearchParams,
  state: string,
): Promise<string | null> {
  const query = new URLSearchParams(answer);
  const announced = random.chance(0.7);
  const change = random.pick(CHANGES);
  change(query, random);
  let requests = 0;
  const context: OAuthContext = {
    environment: PRODUCTION,
    clientId: '0a4c8d20-9b0e-4b6e-8a53-3f3b7c1d2e4f',
    clock: realClock,
    fetch: () => {
      requests += 1;
      return Promise.reject(new TypeError('fetch failed'));
    },
    noteServerDate: () => undefined,
  };
  const provider: Provider = {
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/v2/oauth2/authorize`,
    token_endpoint: `${ISSUER}/v2/oauth2/token`,
    jwks_uri: `${ISSUER}/jwk.json`,
    authorization_response_iss_parameter_supported: announced,
  };
  const request = {
    url: `${ISSUER}/v2/oauth2/authorize?scope=openid`,
    redirectUri: 'http://127.0.0.1:1',
    state,
    nonce: 'n',
    verifier: 'v'.repeat(43),
  };
  const failure = await exchangeCode(context, provider, request, query).then(
    () => null,
    (error: unknown) => error,
  );
  if (failure === null) return 'an exchange without a server succeeded';
  if (!(failure instanceof OAuthFailure) && !(failure instanceof AuthorizationRefused)) {
    return `an exchange threw ${failure instanceof Error ? failure.message : 'no error'}`;
  }
  const iss = query.getAll('iss');
  const issuerFits = iss.length === 0 ? !announced : iss.length === 1 && iss[0] === ISSUER;
  const stateFits = query.getAll('state').length === 1 && query.get('state') === state;
  const right = issuerFits && stateFits && query.getAll('code').length === 1 && !query.has('error');
  if (right !== (requests === 1)) {
    return `${requests} token requests for ${right ? 'the right' : 'a wrong'} answer: ${change.name}`;
  }
  return null;
}

type Change = (query: URLSearchParams, random: Random) => void;

/** The last ones leave a right answer right. */
const CHANGES: readonly [Change, ...Change[]] = [
  function foreignIssuer(query) {
    query.set('iss', 'https://evil.example');
  },
  function almostIssuer(query, random) {
    query.set(
      'iss',
      random.pick([`${ISSUER}/`, ISSUER.toUpperCase(), `${ISSUER}.evil.example`, '', ` ${ISSUER}`]),
    );
  },
  function twoIssuers(query) {
    query.append('iss', ISSUER);
    query.append('iss', 'https://evil.example');
  },
  function noIssuer(query) {
    query.delete('iss');
  },
  function noState(query) {
    query.delete('state');
  },
  function otherState(query, random) {
    query.set('state', random.text('abc', 43));
  },
  function twoStates(query, random) {
    query.append('state', random.pick([query.get('state') ?? '', 'x']));
  },
  function nothing() {
    // As it came.
  },
  function rightIssuer(query) {
    query.set('iss', ISSUER);
  },
];
