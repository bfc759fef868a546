// A stand-in for the app's broker at a pipe of Windows: an agent without a window hands out no token there.
import { createServer } from 'node:http';

const [, , path = '', token = ''] = process.argv;
const ANSWERS = /** @type {Record<string, [type: string, body: string]>} */ ({
  '/v1/token': [
    'application/json',
    JSON.stringify({ access_token: token, scopes: ['view_flows'], expires_in: 9 }),
  ],
  '/v1/header': ['text/plain', `Authorization: Bearer ${token}\n`],
});

createServer((request, response) => {
  const wanted = (request.url ?? '').split('?')[0] ?? '';
  const plain = request.headers.accept === 'text/plain' && wanted === '/v1/token';
  const [type, body] = plain ? ['text/plain', `${token}\n`] : (ANSWERS[wanted] ?? ['application/json', '{}']);
  response.setHeader('content-type', type);
  response.end(body);
}).listen(path, () => process.stdout.write('listens\n'));
