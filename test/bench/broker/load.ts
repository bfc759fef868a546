import { connect, type Socket } from 'node:net';
import type { Load, Loaded, Ready } from './protocol.ts';

/** A client with as little of its own as possible, so that what is measured is the server. */
process.on('message', (load: Load) => void run(load).then((loaded) => process.send?.(loaded)));
process.once('disconnect', () => process.exit());
process.send?.({ ready: true } satisfies Ready);

async function run(load: Load): Promise<Loaded> {
  const loaded: Loaded = { answers: 0, failedConnects: 0, wrong: 0, took: 0, latencies: [] };
  const began = performance.now();
  const end = began + load.milliseconds;
  const worker = load.mode === 'keep' ? keepAlive : load.mode === 'once' ? once : closing;
  await Promise.all(Array.from({ length: load.workers }, () => worker(load, loaded, end)));
  loaded.took = performance.now() - began;
  return loaded;
}

async function once(load: Load, loaded: Loaded): Promise<void> {
  await oneConnection(load, loaded);
}

async function closing(load: Load, loaded: Loaded, end: number): Promise<void> {
  while (performance.now() < end) await oneConnection(load, loaded);
}

function oneConnection(load: Load, loaded: Loaded): Promise<void> {
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ path: load.path });
    let text = '';
    let connected = false;
    socket.setEncoding('latin1');
    socket.once('connect', () => {
      connected = true;
      socket.write(load.request, 'latin1');
    });
    socket.on('data', (chunk: string) => (text += chunk));
    socket.on('error', () => undefined);
    socket.once('close', () => {
      if (!connected) loaded.failedConnects += 1;
      note(loaded, began, text.includes(load.expects));
      resolve();
    });
  });
}

function keepAlive(load: Load, loaded: Loaded, end: number): Promise<void> {
  return new Promise((resolve) => {
    const socket: Socket = connect({ path: load.path });
    let text = '';
    let began = 0;
    const ask = () => {
      text = '';
      began = performance.now();
      socket.write(load.request, 'latin1');
    };
    socket.setEncoding('latin1');
    socket.once('connect', ask);
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (!isWhole(text)) return;
      note(loaded, began, text.includes(load.expects));
      if (performance.now() < end) ask();
      else socket.end();
    });
    socket.on('error', () => (loaded.failedConnects += 1));
    socket.once('close', () => resolve());
  });
}

/** Head and as much body as it announces. */
function isWhole(text: string): boolean {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head))?.[1];
  return length === undefined ? text.endsWith('0\r\n\r\n') : text.length >= head + 4 + Number(length);
}

function note(loaded: Loaded, began: number, right: boolean): void {
  loaded.answers += 1;
  if (!right) loaded.wrong += 1;
  loaded.latencies.push(performance.now() - began);
}
