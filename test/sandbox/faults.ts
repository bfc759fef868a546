import type { Fault } from './types.ts';

type FaultKind = Fault['kind'];

/** Faults that the server core applies to any answer; the other kinds change what Auth says. */
export const TRANSPORT_FAULTS: readonly FaultKind[] = [
  'invalid_grant_401',
  'invalid_grant_400',
  'status',
  'slow',
  'cut',
  'broken_json',
  'skewed_date',
];

/** The faults in force. Each one counts down by itself; several may hit the same request. */
export class FaultStore {
  private readonly active = new Map<Fault, number>();

  /** Returns its own removal. The same object may be added again later. */
  add(fault: Fault): () => void {
    const entry = { ...fault };
    this.active.set(entry, fault.times ?? Number.POSITIVE_INFINITY);
    return () => {
      this.active.delete(entry);
    };
  }

  clear(): void {
    this.active.clear();
  }

  /** The faults of these kinds that hit this request, at most one per kind; each loses one of its `times`. */
  take(host: 'auth' | 'flows', path: string, kinds: readonly FaultKind[]): ReadonlyMap<FaultKind, Fault> {
    const hits = new Map<FaultKind, Fault>();
    for (const [fault, left] of [...this.active]) {
      if (fault.host !== host || !path.startsWith(fault.path)) continue;
      if (!kinds.includes(fault.kind) || hits.has(fault.kind) || left <= 0) continue;
      hits.set(fault.kind, fault);
      if (left <= 1) this.active.delete(fault);
      else this.active.set(fault, left - 1);
    }
    return hits;
  }
}

const STRING_FIELDS = ['host', 'path', 'kind', 'flaw'] as const;
const NUMBER_FIELDS = ['status', 'retryAfter', 'milliseconds', 'times'] as const;
const ALL_KINDS: readonly string[] = [
  ...TRANSPORT_FAULTS,
  'missing_refresh_token',
  'rotate',
  'id_token',
  'issuer',
  'fewer_scopes',
];
const FLAWS: readonly string[] = [
  'signature',
  'issuer',
  'audience',
  'expired',
  'nonce',
  'no_nonce',
  'alg_none',
];

/** Checks a fault that came as JSON over the control endpoint; null when it is none. */
export function readFault(value: unknown): Fault | null {
  if (typeof value !== 'object' || value === null) return null;
  const fields = value as Record<string, unknown>;
  if (STRING_FIELDS.some((name) => fields[name] !== undefined && typeof fields[name] !== 'string'))
    return null;
  if (NUMBER_FIELDS.some((name) => fields[name] !== undefined && typeof fields[name] !== 'number'))
    return null;
  const { host, path, kind, flaw } = fields;
  if ((host !== 'auth' && host !== 'flows') || typeof path !== 'string') return null;
  if (typeof kind !== 'string' || !ALL_KINDS.includes(kind)) return null;
  if (flaw !== undefined && (typeof flaw !== 'string' || !FLAWS.includes(flaw))) return null;
  const known = new Set<string>([...STRING_FIELDS, ...NUMBER_FIELDS]);
  return Object.fromEntries(Object.entries(fields).filter(([name]) => known.has(name))) as unknown as Fault;
}
