import { createHash } from 'node:crypto';
import type { SandboxClock, SandboxUser } from '../types.ts';
import type { ScopeNode } from './scope-syntax.ts';

/** One user's permission for one client to use one scope, alone or below another one. */
export interface Consent {
  id: number;
  clientId: string;
  user: SandboxUser;
  /** Scope strings from the root down to this one. */
  path: readonly string[];
  optional: boolean;
  allowsRefresh: boolean;
  created: number;
  updated: number;
  lastUsed: number;
  /** The label that the user gave this device (`prefill_named_grant`). */
  namedGrant: string;
}

/** Consents outlive tokens: revoking a token removes none (GLOBUS.md §2.4). */
export class ConsentStore {
  private readonly consents = new Map<number, Consent>();
  private readonly clock: SandboxClock;
  private nextId = 140_001;

  constructor(clock: SandboxClock) {
    this.clock = clock;
  }

  give(
    roots: readonly ScopeNode[],
    to: { clientId: string; user: SandboxUser; offline: boolean; namedGrant: string },
    above: readonly string[] = [],
  ): void {
    for (const node of roots) {
      const path = [...above, node.scope];
      const now = this.clock.now();
      const known = this.find(to.user, to.clientId, path);
      const consent: Consent = {
        id: known?.id ?? this.nextId++,
        clientId: to.clientId,
        user: to.user,
        path,
        optional: node.optional && (known?.optional ?? true),
        allowsRefresh: to.offline || (known?.allowsRefresh ?? false),
        created: known?.created ?? now,
        updated: now,
        lastUsed: now,
        namedGrant: to.namedGrant,
      };
      this.consents.set(consent.id, consent);
      this.give(node.dependencies, to, path);
    }
  }

  covers(
    roots: readonly ScopeNode[],
    user: SandboxUser,
    clientId: string,
    above: readonly string[] = [],
  ): boolean {
    return roots.every((node) => {
      const path = [...above, node.scope];
      return (
        this.find(user, clientId, path) !== undefined && this.covers(node.dependencies, user, clientId, path)
      );
    });
  }

  of(user: SandboxUser, clientId?: string): Consent[] {
    return [...this.consents.values()].filter(
      (consent) => consent.user.sub === user.sub && (clientId === undefined || consent.clientId === clientId),
    );
  }

  get(id: number, user: SandboxUser): Consent | undefined {
    const consent = this.consents.get(id);
    return consent?.user.sub === user.sub ? consent : undefined;
  }

  /** Removes a consent and all below it. */
  remove(consent: Consent): void {
    for (const other of this.of(consent.user, consent.clientId)) {
      if (consent.path.every((scope, depth) => other.path[depth] === scope)) this.consents.delete(other.id);
    }
  }

  private find(user: SandboxUser, clientId: string, path: readonly string[]): Consent | undefined {
    return this.of(user, clientId).find((consent) => consent.path.join(' ') === path.join(' '));
  }

  /** IDs from the root down to this one, its own last (GLOBUS.md §8, `dependency_path`). */
  dependencyPath(consent: Consent): number[] {
    return consent.path.flatMap((_, depth) => {
      const found = this.find(consent.user, consent.clientId, consent.path.slice(0, depth + 1));
      return found === undefined ? [] : [found.id];
    });
  }
}

/** Globus gives every scope an ID of its own; here it follows from the string. */
export function scopeId(scope: string): string {
  const hex = createHash('sha256').update(scope).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
