import type { AgentEffects } from './agent-types.ts';
import type { OAuthContext } from './oauth/context.ts';
import type { ClockSkew } from './tokens/clock-skew.ts';

/**
 * What requests to the provider are made with; null until a client ID is set.
 * @param skewChanged told when the server's clock turned out to be another than was shown
 */
export function oauthContext(
  effects: Pick<AgentEffects, 'environment' | 'settings' | 'clock' | 'fetch'>,
  skew: ClockSkew,
  skewChanged: () => void,
): OAuthContext | null {
  const { environment, settings, clock, fetch } = effects;
  const { clientId } = settings.get();
  if (clientId === null) return null;
  const noteServerDate = (at: number) => {
    if (skew.note(at, clock.now())) skewChanged();
  };
  return { environment, clientId, clock, fetch, noteServerDate };
}
