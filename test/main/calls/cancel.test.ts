import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FlowBook } from '../../../main/calls/flow-book.ts';
import { HELLO_FLOW_ID } from '../../sandbox/flows/seed.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { scopeOf } from '../../support/sandbox-agent.ts';
import { callsRig } from './rig.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

/** Takes requests and holds every answer back, or the rest of it, until the asker goes away. */
interface Holding {
  server: Server;
  /** Paths that are waited for now. */
  open: Set<string>;
  /** Paths whose asker closed the connection. */
  left: string[];
}

let holding: Holding;
afterEach(() => {
  holding.server.closeAllConnections();
  holding.server.close();
});

async function holdBack(start: (answer: ServerResponse) => void = () => undefined): Promise<Holding> {
  const open = new Set<string>();
  const left: string[] = [];
  const server = createServer((request, answer) => {
    const path = (request.url ?? '').replace(/\?.*/, '');
    open.add(path);
    answer.once('close', () => {
      open.delete(path);
      left.push(path);
    });
    start(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  holding = { server, open, left };
  return holding;
}

/** Signed in at the sandbox; what is asked of the Flows service goes to the one that holds back. */
async function rigFor({ server }: Holding, scopes: readonly string[]) {
  const { port } = server.address() as AddressInfo;
  const rig = callsRig(sandbox, {
    fetch: (url, init) => fetch(String(url).replace(sandbox.flows.origin, `http://127.0.0.1:${port}`), init),
  });
  await rig.holder.signIn(scopes);
  return rig;
}

const VIEW = scopeOf('view_flows');
const CALLS: [string, string, (book: FlowBook, signal: AbortSignal) => Promise<unknown>][] = [
  ['a search', '/flows', (book, signal) => book.find('hello', signal)],
  ['a look at one flow', `/flows/${HELLO_FLOW_ID}`, (book, signal) => book.find(HELLO_FLOW_ID, signal)],
  ['adding a flow', `/flows/${HELLO_FLOW_ID}`, (book, signal) => book.add(HELLO_FLOW_ID, signal)],
  ['reading the runs', '/runs', (book, signal) => book.runs(HELLO_FLOW_ID, signal)],
];

describe('what is asked about flows and then cancelled', () => {
  it.each(CALLS)('%s: the connection is let go of, and nothing else is asked', async (_what, path, ask) => {
    const service = await holdBack();
    const rig = await rigFor(service, [VIEW, scopeOf('manage_flows'), scopeOf('run_status'), scopeOf('all')]);
    const abort = new AbortController();
    const asking = ask(rig.book, abort.signal);
    await expect.poll(() => [...service.open]).toEqual([path]);
    abort.abort();
    expect(await asking).toMatchObject({ ok: false, problem: { reason: 'cancelled' } });
    await expect.poll(() => service.left).toHaveLength(1);
    expect(rig.sent).toHaveLength(1);
  });

  it('half an answer is let go of as well', async () => {
    const service = await holdBack((answer) => {
      answer.setHeader('content-type', 'application/json');
      answer.write('{"flows": [');
    });
    const rig = await rigFor(service, [VIEW]);
    const abort = new AbortController();
    const asking = rig.book.find('hello', abort.signal);
    await expect.poll(() => [...service.open]).toHaveLength(1);
    abort.abort();
    expect(await asking).toMatchObject({ problem: { reason: 'cancelled' } });
    await expect.poll(() => service.left).toHaveLength(1);
  });

  it('the look at the flows before a sign-in ends with everything that it asked', async () => {
    const service = await holdBack();
    const rig = await rigFor(service, [VIEW]);
    const ids = Array.from({ length: 6 }, (_, index) => `00000000-0000-4000-8000-00000000000${index}`);
    const abort = new AbortController();
    const checking = rig.book.check(ids, abort.signal);
    await expect.poll(() => [...service.open]).toHaveLength(4);
    abort.abort();
    expect(await checking).toEqual({ present: [], gone: [], unknown: ids });
    await expect.poll(() => service.left).toHaveLength(4);
    expect(rig.sent).toHaveLength(4);
  });

  it('asks nothing at all when it was cancelled before', async () => {
    const service = await holdBack();
    const rig = await rigFor(service, [VIEW]);
    expect(await rig.book.find('hello', AbortSignal.abort())).toMatchObject({
      problem: { reason: 'cancelled' },
    });
    expect(rig.sent).toEqual([]);
  });
});
