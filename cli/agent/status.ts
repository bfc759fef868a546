import { exchange, within } from '../exchange.ts';

/** Whom a socket leads to. */
export interface Answering {
  readonly pid: number;
  readonly kind: 'desktop' | 'headless';
}

/** Of an idle agent, milliseconds. */
const LIMIT_MS = 2_000;

/** Asks without starting anybody. @returns null: nobody answers there, or no agent */
export async function whoAnswers(socket: string, limitMs = LIMIT_MS): Promise<Answering | null> {
  try {
    const { status, body } = await within(limitMs, exchange(socket, { method: 'GET', path: '/v1/status' }));
    const answer: unknown = status === 200 ? JSON.parse(body) : null;
    return isAnswering(answer) ? { pid: answer.pid, kind: answer.kind } : null;
  } catch {
    return null;
  }
}

function isAnswering(answer: unknown): answer is Answering {
  if (typeof answer !== 'object' || answer === null || !('pid' in answer) || !('kind' in answer))
    return false;
  const { pid, kind } = answer;
  return (
    typeof pid === 'number' &&
    Number.isSafeInteger(pid) &&
    pid > 1 &&
    (kind === 'desktop' || kind === 'headless')
  );
}
