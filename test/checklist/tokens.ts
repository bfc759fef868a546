import type { Entry } from './types.ts';

export const entries: readonly Entry[] = [];
