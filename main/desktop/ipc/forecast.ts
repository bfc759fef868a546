import type { CallContext } from './context.ts';
import type { Handlers } from './register.ts';

const HOUR = 3_600_000;

export function forecastHandlers({ agent }: Pick<CallContext, 'agent'>): Pick<Handlers, 'forecast.check'> {
  return {
    'forecast.check': ({ scope, hours }) => {
      const { answer, until, why } = agent.outlives(scope, hours * HOUR);
      return { ok: true, value: { answer, until, why } };
    },
  };
}
