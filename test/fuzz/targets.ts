import { LOOPBACK } from './loopback/target.ts';
import { IPC } from './ipc/target.ts';
import { playTarget, type Target } from './play-target.ts';
import { type FuzzResult, runFuzz } from './run.ts';
import { SCOPE } from './scope/target.ts';
import { SETTINGS } from './settings/target.ts';
import { VAULT } from './vault/target.ts';

/** By name, as `npm run fuzz -- --target` has them. */
export type TargetName = 'loopback' | 'broker' | 'oidc' | 'scope' | 'settings' | 'vault' | 'ipc';

export interface TargetWish {
  readonly target: TargetName;
  readonly requests: number;
  readonly seed: number;
  readonly at: number | null;
  readonly progress?: (played: number) => void;
}

const INSIDE: Readonly<Record<Exclude<TargetName, 'broker' | 'oidc'>, Target>> = {
  loopback: LOOPBACK,
  scope: SCOPE,
  settings: SETTINGS,
  vault: VAULT,
  ipc: IPC,
};

/** Plays one target, whichever way it is played. */
export function fuzzTarget({ target, requests, ...options }: TargetWish): Promise<FuzzResult> {
  if (target === 'broker' || target === 'oidc') return runFuzz({ ...options, requests, only: target });
  return playTarget(INSIDE[target], { ...options, cases: requests });
}
