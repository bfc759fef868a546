import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/processes.ts';
import { startOidcAgent, type OtherAgent } from './broker/oidc-agent.ts';
import { buildPrograms, startProgram, type BenchProcess } from './broker/processes.ts';
import type { Load, Loaded } from './broker/protocol.ts';
import { alternate, count, measurement, median, percentile, type Measurement } from './statistics.ts';

export const BUDGETS = {
  'broker.rps_1': 0.45,
  'broker.rps_8': 0.45,
  'broker.rps_64': 0.45,
  'broker.rps_keepalive_64': 0.6,
  'broker.keepalive_p50': 1.5,
  'broker.keepalive_p99_64': 2,
  'broker.herd_expired': 1,
  'broker.herd_too_long': 1,
  'broker.neighbour_ms': 2,
  'broker.connect_1000': 0,
} as const;

const PAIRS = 7;
const ROUND_MS = 700;
const HERDS = 3;
/** Longer than a token lives (GLOBUS.md §2.2: 48 h). */
const TOKEN_LIFE_MS = 172_800_000;
const TOKEN = '/v1/token?scope=view_flows';

interface Side {
  path: string;
  target?: string;
  raw?: string;
}

/**
 * The broker's speed beside the least that a Node program can do, a bare HTTP server on a Unix socket, in
 * turns; client and servers are processes of their own. Of every connection the broker reads the whole chain
 * of the caller, asks its rules and writes the audit line before it answers.
 */
export async function measureBroker(
  root: string,
  log: (line: string) => void,
): Promise<Record<string, Measurement>> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const programs = await buildPrograms(
    root,
    ['server', 'load'].map((name) => join(import.meta.dirname, 'broker', `${name}.ts`)),
  );
  const running: BenchProcess[] = [];
  const start = async (name: string, ...args: string[]) => {
    const program = await startProgram(join(programs.folder, `${name}.mjs`), args);
    running.push(program);
    return program;
  };
  let other: OtherAgent | null = null;
  try {
    const broker = await start('server', 'broker', folder);
    await start('server', 'floor', folder);
    const client = await start('load');
    other = await startOidcAgent(folder);
    log(other === null ? 'oidc-agent is not installed: nothing beside' : 'oidc-agent runs beside');
    const rounds = new Rounds(client, folder, other, log);
    await rounds.warmUp();
    return {
      'broker.rps_1': await rounds.rate('broker.rps_1', 'close', 1),
      'broker.rps_8': await rounds.rate('broker.rps_8', 'close', 8),
      'broker.rps_64': await rounds.rate('broker.rps_64', 'close', 64),
      'broker.rps_keepalive_64': await rounds.rate('broker.rps_keepalive_64', 'keep', 64),
      'broker.keepalive_p50': await rounds.latency('broker.keepalive_p50', 1, 0.5),
      'broker.keepalive_p99_64': await rounds.latency('broker.keepalive_p99_64', 64, 0.99),
      'broker.connect_1000': await rounds.connects(),
      'broker.neighbour_ms': await rounds.neighbour(broker),
      'broker.herd_expired': await rounds.herd('broker.herd_expired', broker, TOKEN, '"access_token"'),
      'broker.herd_too_long': await rounds.herd(
        'broker.herd_too_long',
        broker,
        `${TOKEN}&min_ttl=${TOKEN_LIFE_MS / 1_000 + 600}`,
        'expires-too-soon',
      ),
    };
  } finally {
    other?.close();
    await Promise.all(running.map((program) => program.end()));
    await programs.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

class Rounds {
  readonly #client: BenchProcess;
  readonly #broker: Side;
  readonly #floor: Side;
  readonly #other: OtherAgent | null;
  readonly #log: (line: string) => void;

  constructor(client: BenchProcess, folder: string, other: OtherAgent | null, log: (line: string) => void) {
    this.#client = client;
    this.#broker = { path: join(folder, 'broker.sock') };
    this.#floor = { path: join(folder, 'floor.sock') };
    this.#other = other;
    this.#log = log;
  }

  async warmUp(): Promise<void> {
    this.#log('warming up');
    for (const side of [this.#broker, this.#floor]) {
      for (const mode of ['close', 'keep'] as const)
        await this.#load(side, { mode, workers: 8, milliseconds: 1_500 });
    }
  }

  /** Answers per second. */
  async rate(key: keyof typeof BUDGETS, mode: 'close' | 'keep', workers: number): Promise<Measurement> {
    this.#log(key);
    const rate = (side: Side) => async () => {
      const { answers, took } = await this.#load(side, { mode, workers, milliseconds: ROUND_MS });
      return (answers / took) * 1_000;
    };
    const pairs = await alternate(PAIRS, rate(this.#broker), rate(this.#floor));
    const result = measurement(pairs, { unit: '/s', budget: BUDGETS[key], bound: 'at least' });
    if (this.#other === null || mode === 'keep') return result;
    const { socket: path, request: raw } = this.#other;
    const beside: number[] = [];
    for (let round = 0; round < 3; round += 1) beside.push(await rate({ path, raw })());
    return { ...result, beside: [{ name: 'oidc-agent', value: Math.round(median(beside)) }] };
  }

  /** Milliseconds of one request on an open connection. */
  async latency(key: keyof typeof BUDGETS, workers: number, share: number): Promise<Measurement> {
    this.#log(key);
    const time = (side: Side) => async () => {
      const loaded = await this.#load(side, { mode: 'keep', workers, milliseconds: ROUND_MS });
      return percentile(loaded.latencies, share);
    };
    const pairs = await alternate(PAIRS, time(this.#broker), time(this.#floor));
    return measurement(pairs, { unit: 'ms', budget: BUDGETS[key] });
  }

  async connects(): Promise<Measurement> {
    this.#log('broker.connect_1000');
    const failed: number[] = [];
    for (let round = 0; round < HERDS; round += 1) {
      const loaded = await this.#load(this.#broker, { mode: 'once', workers: 1_000, milliseconds: 0 });
      failed.push(loaded.failedConnects);
    }
    return count(failed, { unit: 'failed', exactly: BUDGETS['broker.connect_1000'] });
  }

  /** A cached token of one grant, while the renewal of another hangs, beside the same in quiet. */
  async neighbour(broker: BenchProcess): Promise<Measurement> {
    this.#log('broker.neighbour_ms');
    const time = async () => {
      const loaded = await this.#load(this.#broker, { mode: 'keep', workers: 1, milliseconds: ROUND_MS });
      return median(loaded.latencies);
    };
    const quiet: number[] = [];
    for (let round = 0; round < 3; round += 1) quiet.push(await time());
    await broker.ask({ do: 'hang' });
    const hanging = new AbortController();
    const stuck = fetchOnce(
      this.#broker.path,
      `GET /v1/token?scope=run&min_ttl=${TOKEN_LIFE_MS / 1_000}`,
      hanging.signal,
    );
    await until('the renewal that hangs', async () =>
      (await broker.ask({ do: 'count' })).renewing ? true : undefined,
    );
    const pairs = [];
    for (const floor of quiet) pairs.push({ ours: await time(), floor });
    hanging.abort();
    await stuck;
    return measurement(pairs, { unit: 'ms', budget: BUDGETS['broker.neighbour_ms'] });
  }

  /** Token requests that 50 callers at once cause. */
  async herd(
    key: 'broker.herd_expired' | 'broker.herd_too_long',
    broker: BenchProcess,
    target: string,
    expects: string,
  ): Promise<Measurement> {
    this.#log(key);
    const requests: number[] = [];
    for (let round = 0; round < HERDS; round += 1) {
      await broker.ask({ do: 'advance', milliseconds: TOKEN_LIFE_MS });
      await this.#load({ ...this.#broker, target }, { mode: 'once', workers: 50, milliseconds: 0, expects });
      requests.push((await broker.ask({ do: 'count' })).tokenRequests);
    }
    return count(requests, { unit: 'requests', exactly: BUDGETS[key] });
  }

  async #load(
    side: Side,
    how: Pick<Load, 'mode' | 'workers' | 'milliseconds'> & { expects?: string },
  ): Promise<Loaded> {
    const loaded = await this.#client.load({ expects: 'access_token', target: TOKEN, ...how, ...side });
    if (loaded.wrong > loaded.failedConnects)
      throw new Error(`${loaded.wrong} wrong answers at ${side.path}`);
    return loaded;
  }
}

function fetchOnce(path: string, line: string, signal: AbortSignal): Promise<void> {
  return new Promise<void>((resolve) => {
    const socket = connect({ path, signal });
    socket.on('error', () => undefined);
    socket.once('close', () => resolve());
    socket.resume();
    socket.write(`${line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  });
}
