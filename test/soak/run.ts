import type { Logger } from '../../main/effects.ts';
import { Random } from '../fuzz/random.ts';
import { Child } from '../support/child-rpc.ts';
import { Day } from './day.ts';
import { openSoakHouse, WORLD } from './house.ts';
import { ACCOUNTS } from './kept.ts';
import { measure } from './measures.ts';
import { type Finding, judge, type Sample } from './verdict.ts';
import type { WorldOpened } from './world.ts';

export interface SoakOptions {
  /** Simulated. */
  readonly hours: number;
  /** Simulated minutes between two measurements. */
  readonly every: number;
  readonly seed: number;
  readonly vault: 'passphrase' | 'memory';
  /** Told of every measurement. */
  readonly sampled: (sample: Sample) => void;
}

export interface SoakResult {
  readonly samples: readonly Sample[];
  /** Null: too short to say. */
  readonly findings: readonly Finding[] | null;
  /** What happened how often, and what was answered. */
  readonly counts: ReadonlyMap<string, number>;
  /** Answers of the token endpoint with a token: renewals nearly all. */
  readonly tokens: number;
}

/** A third of an hour, so that a day has thousands of renewals. */
const TOKEN_SECONDS = 1_200;
const START = Date.UTC(2026, 0, 30, 6);

/** Lets an agent live through so many hours and watches what it keeps. */
export async function runSoak({ hours, every, seed, vault, sampled }: SoakOptions): Promise<SoakResult> {
  const world = await Child.start(WORLD);
  const opened = await world.ask<WorldOpened>({
    kind: 'open',
    now: START,
    users: ACCOUNTS,
    tokenSeconds: TOKEN_SECONDS,
  });
  const house = await openSoakHouse({ world: opened, vault, start: START, log: LOG });
  const samples: Sample[] = [];
  try {
    const day = new Day(house, world, opened.usernames);
    await day.begin();
    await day.everything(new Random(seed, 0));
    for (let minute = 1; minute <= hours * 60; minute++) {
      await day.minute(minute, new Random(seed, minute));
      if (minute % every !== 0) continue;
      await day.rest();
      const sample = await measure(minute / 60, house.clock.pendingTimers);
      samples.push(sample);
      sampled(sample);
    }
    return { samples, findings: judge(samples), counts: day.counts, tokens: house.tokens };
  } finally {
    await house.close();
    await world.kill();
  }
}

/** Keeps nothing. */
const LOG: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
