import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { Load, Loaded, Ready } from './protocol.ts';

/** The client: Node's own HTTP client, as a script has it, or for another protocol a bare socket. */
process.on('message', (load: Load) => void run(load).then((loaded) => process.send?.(loaded)));
process.once('disconnect', () => process.exit());
process.send?.({ ready: true } satisfies Ready);

async function run(load: Load): Promise<Loaded> {
  const loaded: Loaded = { answers: 0, failedConnects: 0, wrong: 0, took: 0, latencies: [] };
  const began = performance.now();
  const end = began + load.milliseconds;
  const keep = new Agent({ keepAlive: true, maxSockets: load.workers });
  const ask =
    load.raw === undefined ? () => overHttp(load, load.mode === 'keep' ? keep : false) : () => bare(load);
  await Promise.all(
    Array.from({ length: load.workers }, async () => {
      do {
        const asked = performance.now();
        const answer = await ask();
        loaded.answers += 1;
        if (answer === null) loaded.failedConnects += 1;
        if (answer?.includes(load.expects) !== true) loaded.wrong += 1;
        loaded.latencies.push(performance.now() - asked);
      } while (load.mode !== 'once' && performance.now() < end);
    }),
  );
  loaded.took = performance.now() - began;
  keep.destroy();
  return loaded;
}

/** Null: no connection, or it broke. */
function overHttp(load: Load, agent: Agent | false): Promise<string | null> {
  return new Promise((resolve) => {
    const request = httpRequest({ socketPath: load.path, path: load.target, agent }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.once('end', () => resolve(body));
      response.once('error', () => resolve(null));
    });
    request.once('error', () => resolve(null));
    request.end();
  });
}

function bare(load: Load): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ path: load.path });
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => (text += chunk));
    socket.once('error', () => resolve(null));
    socket.once('close', () => resolve(text));
    socket.write(load.raw ?? '');
  });
}
