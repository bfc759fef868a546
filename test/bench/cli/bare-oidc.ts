import { createServer } from 'node:net';
import { Exchange } from '../../../main/broker/oidc/wire.ts';

/** The least that a Node program can do on oidc-agent's protocol: it agrees on a key, opens, seals, and knows nobody. */
const ANSWER = JSON.stringify({
  status: 'success',
  access_token: 'x'.repeat(95),
  issuer: 'https://auth.globus.org',
  expires_at: 4_102_444_800,
});

const [, , path = ''] = process.argv;
const server = createServer((socket) => {
  const exchange = new Exchange();
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    const step = exchange.take(bytes);
    if (step.kind === 'send') {
      socket.write(step.text);
      exchange.agree();
    }
    if (step.kind === 'request') socket.end(exchange.seal(ANSWER));
    else if (step.kind === 'broken') socket.destroy();
  });
});
server.listen(path, () => process.send?.({ ready: true }));
// The bench is gone, however it ended.
process.once('disconnect', () => process.exit());
