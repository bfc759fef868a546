import { createHash } from 'node:crypto';
import type { SecretMint } from '../secrets.ts';
import type { SandboxClock, SandboxUser, SessionFacts } from '../types.ts';
import type { ScopeNode } from './scope-syntax.ts';

/** What an authorization code stands for until it is exchanged. */
export interface CodeRecord {
  clientId: string;
  redirectUri: string;
  challenge: string;
  user: SandboxUser;
  /** As asked for, in that order. */
  scopes: readonly ScopeNode[];
  session: SessionFacts;
  offline: boolean;
  state?: string;
  nonce?: string;
}

const LIFE = 10 * 60_000;
/** RFC 7636 §4.1. */
const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;

/** Authorization codes: single use, 10 minutes, bound to client, redirect URI and challenge (GLOBUS.md §1.4). */
export class CodeStore {
  private readonly codes = new Map<string, { record: CodeRecord; expiresAt: number }>();
  private readonly mint: SecretMint;
  private readonly clock: SandboxClock;

  constructor(mint: SecretMint, clock: SandboxClock) {
    this.mint = mint;
    this.clock = clock;
  }

  create(record: CodeRecord): string {
    const code = this.mint.code();
    this.codes.set(code, { record, expiresAt: this.clock.now() + LIFE });
    return code;
  }

  /** Null for every reason alike; a request that does not fit leaves the code usable by its owner. */
  redeem(
    code: string,
    proof: { clientId: string; redirectUri: string; verifier: string },
  ): CodeRecord | null {
    const entry = this.codes.get(code);
    if (entry === undefined) return null;
    const { record } = entry;
    if (this.clock.now() >= entry.expiresAt) return null;
    if (record.clientId !== proof.clientId || record.redirectUri !== proof.redirectUri) return null;
    if (!VERIFIER.test(proof.verifier)) return null;
    if (createHash('sha256').update(proof.verifier).digest('base64url') !== record.challenge) return null;
    this.codes.delete(code);
    return record;
  }
}
