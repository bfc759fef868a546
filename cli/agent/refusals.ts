import { Failure } from '../failure.ts';

/** @throws Failure `failed` with what the system says of a file */
export function told<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof Failure || !(error instanceof Error && 'code' in error)) throw error;
    throw new Failure('failed', `It could not be written: ${error.message}`, 'globus-token doctor');
  }
}

/** Two options that contradict each other. */
export function both(one: string, other: string): Failure {
  return new Failure('usage', `--${one} and --${other} do not go together`, 'globus-token agent --help');
}
