import type { z } from 'zod';
import type { BusCall, SessionBus } from './session-bus.ts';

/** @returns what was answered; null for everything else: an error, no answer, or one that the guard does not take */
export async function answerTo<T>(bus: SessionBus, call: BusCall, guard: z.ZodType<T>): Promise<T | null> {
  const answer = await bus.call(call);
  if (answer.kind !== 'reply') return null;
  const value = guard.safeParse(answer.value);
  return value.success ? value.data : null;
}
