import { retiredProblem } from './agent-problems.ts';
import type { AgentParts } from './agent-parts.ts';
import type { AgentEffects } from './agent-types.ts';
import { discover } from './oauth/discovery.ts';
import type { Imports } from './imports/imports.ts';
import { lockedProblem } from './tokens/problems.ts';
import type { VaultStatus } from './vault/types.ts';

export interface ImportHooks {
  checkVault: () => Promise<VaultStatus>;
  announce: () => void;
}

/** The room for other programs' token files, on the agent's own parts. Behind an import: most never open it. */
export async function openImports(
  effects: AgentEffects,
  parts: AgentParts,
  hooks: ImportHooks,
): Promise<Imports> {
  const { Imports: Room } = await import('./imports/imports.ts');
  const { clock, log, environment, settings, fetch } = effects;
  const { grants, keeper, troubles, entries, session, retirement, skew } = parts;
  return new Room({
    ...{ clock, log, environment, settings, grants, keeper, discover, ...hooks },
    places: effects.places ?? NOWHERE,
    context: (clientId) => ({
      ...{ environment, clientId, clock, fetch },
      noteServerDate: (at) => {
        if (skew.note(at, clock.now())) hooks.announce();
      },
    }),
    vaultProblem: (trouble) => troubles.ofVault(trouble),
    hindrance() {
      if (retirement.begun) return retiredProblem();
      return session.locked ? lockedProblem() : null;
    },
    addScope: (text) => entries.add(text),
  });
}

/** An agent that was told of no home finds nothing by itself. */
const NOWHERE = {
  home: '/nonexistent',
  env: {},
  platform: process.platform,
  uid: process.getuid?.() ?? null,
} as const;
