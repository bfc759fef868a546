import type { Trouble, VaultDamage } from './types.ts';

/** `detail`: what happened and what it means for the tokens, for a person. Nothing on disk was changed. */
export type UnlockResult = { readonly kind: 'done' } | UnlockRefusal;

export interface UnlockRefusal {
  readonly kind: 'refused';
  readonly trouble: 'wrong-passphrase' | VaultDamage | 'absent' | 'exists' | 'locked';
  readonly detail: string;
}

export const WRONG = refusal('wrong-passphrase', 'The passphrase is wrong. Your sign-ins are kept.');
export const EMPTY = refusal('wrong-passphrase', 'The passphrase is empty. Nothing was changed.');
export const EXISTS = refusal(
  'exists',
  'There is a passphrase file already, and it was left as it is. The sign-ins in it are kept.',
);
export const ABSENT = refusal('absent', 'There is no passphrase file. Nothing was changed.');
export const LOCKED_MEANWHILE = refusal(
  'locked',
  'It was locked again while it was being unlocked. Your sign-ins are kept.',
);
export const NO_MEMORY = refusal(
  'unreadable',
  'The key could not be made, perhaps for want of memory (128 MiB are needed). Nothing was changed.',
);
export const NO_SETTINGS = refusal(
  'unreadable',
  'The settings could not be written, so no passphrase file was made. Nothing was changed.',
);

export const LOCKED: Trouble = { kind: 'trouble', trouble: 'locked' };

/** @param why "it ends too early" */
export function unusable(damage: VaultDamage, why: string): UnlockRefusal {
  const what = `The passphrase file ${WORDS[damage]} (${why}).`;
  return refusal(damage, `${what} It was left as it is, and the sign-ins in it cannot be read.`);
}

/** @param why "ENOSPC" */
export function notMade(why: string): UnlockRefusal {
  return refusal('unreadable', `The passphrase file could not be made (${why}). Nothing was stored.`);
}

const WORDS: Readonly<Record<VaultDamage, string>> = {
  truncated: 'is cut short',
  damaged: 'is damaged',
  swapped: 'is not the one that was written last',
  unreadable: 'cannot be used',
};

function refusal(trouble: UnlockRefusal['trouble'], detail: string): UnlockRefusal {
  return { kind: 'refused', trouble, detail };
}
