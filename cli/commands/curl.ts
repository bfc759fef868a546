import { checkDetour } from '../curl/detour.ts';
import { findCurl } from '../curl/program.ts';
import { addressOf, checkShape, mayHaveToken } from '../curl/target.ts';
import { runCurl } from '../curl/run.ts';
import { readWords } from '../curl/words.ts';
import { record, text, texts } from '../output.ts';
import { TOKEN_EXITS, TOKEN_OPTIONS, tokenQuery } from '../token-query.ts';
import type { Command } from '../types.ts';
import { stderr, stdout } from '../streams.ts';

export const command: Command = {
  name: 'curl',
  summary: 'run curl with the header of a scope',
  arguments: [
    {
      name: 'scope',
      help: 'short name, full scope string, or flow:<id>',
      required: true,
      completes: 'scope',
    },
    { name: 'path or URL', help: 'path on the service of the scope, or a URL of it', required: true },
    { name: 'curl options', help: 'options of curl, as curl takes them', required: false, rest: true },
  ],
  options: TOKEN_OPTIONS,
  details: [
    'A path is put behind the address of the service that the scope is for. A URL must be one of that service: ' +
      'for any other host, nothing is sent.',
    'The header reaches curl on a descriptor. It is in no command line, environment or file, and stdin and stdout ' +
      'stay yours. What curl writes to stderr, and what --trace, --trace-ascii and --stderr write, shows the ' +
      'token as ****.',
    'Options that could give the token away (such as -k, -K and --location-trusted) and those that are not known ' +
      'here are refused. ~/.curlrc is not read; proxies are used as the environment says. Needs curl 7.58 or newer.',
    'With -L, the header goes to no other host, and redirects lead to https only. Proxies (those of the ' +
      'environment, too), --resolve and --connect-to are taken, but not together with --cacert or --capath: ' +
      'whatever they lead to has to show the certificate of the service. Of the environment, SSLKEYLOGFILE, ' +
      'CURL_CA_BUNDLE, OPENSSL_CONF and OPENSSL_MODULES do not reach curl; SSL_CERT_FILE and SSL_CERT_DIR do: who ' +
      'sets those names whom to trust.',
    'Our own options go before the scope. The exit code is curl’s once curl runs.',
  ],
  examples: [
    ["globus-token curl view_flows '/flows?per_page=5'", 'list five flows'],
    [
      'globus-token curl run_manage /runs/<run-id>/cancel -X POST -sS --fail-with-body',
      'cancel a run, and fail when Globus refuses',
    ],
    [
      'jq -n {} | globus-token curl flow:<id> /flows/<id>/run --json @-',
      'start a run with a body from stdin',
    ],
  ],
  exits: TOKEN_EXITS,
  passesOn: true,
  async run(context, { options, positionals }) {
    const [scope = '', ...rest] = positionals;
    const words = readWords(scope, rest);
    checkShape(scope, words.target);
    const program = await findCurl(context.env);
    const answer = record(
      await context.client.ask({
        method: 'GET',
        path: '/v1/token',
        query: tokenQuery(context, scope, options),
      }),
    );
    const url = addressOf(scope, texts(answer, 'origins').filter(mayHaveToken), words.target);
    checkDetour(words, url, context.env);
    return runCurl({
      scope,
      program,
      token: text(answer, 'access_token'),
      url,
      words,
      env: context.env,
      platform: context.platform,
      stdout: stdout(),
      stderr: stderr(),
    });
  },
};
