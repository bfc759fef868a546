import type { KeyObject } from 'node:crypto';
import type { Fetch, Problem } from '../../effects.ts';
import type { Feed } from './feed.ts';
import type { Offer } from './offer.ts';
import { feedProblem, unfitProblem, unsignedProblem, wrongSignatureProblem } from './problems.ts';
import { isSigned } from './signature.ts';
import { compareVersions } from './version.ts';

export type Look =
  | { kind: 'newer'; offer: Offer }
  | { kind: 'same' }
  /** Signed once, and older than this version: a server that fell behind, or somebody who plays back an old list. */
  | { kind: 'older'; version: string }
  | { kind: 'failed'; problem: Problem };

export interface LookParts {
  fetch: Fetch;
  feed: Feed;
  key: KeyObject;
  /** Name of this system's list. */
  list: string;
  /** Of this app. */
  version: string;
  /** Reads a verified list; null for what is none. */
  read: (verified: string) => Promise<Offer | null>;
}

const MAX_LIST_BYTES = 64 * 1024;
const MAX_SIGNATURE_BYTES = 1024;
const TIMEOUT = 30_000;

/**
 * Asks the feed for its list and for the list's signature. The list is read only after the signature over its exact
 * bytes was verified, and those bytes are then the only description of the update that anything goes by.
 */
export async function look(parts: LookParts, signal: AbortSignal): Promise<Look> {
  const { feed, key, list, version } = parts;
  const listed = await get(parts, feed.listed(list), MAX_LIST_BYTES, signal);
  if (listed.kind !== 'got') return failed(feedProblem(listed.why));
  const signature = await get(parts, feed.listed(`${list}.sig`), MAX_SIGNATURE_BYTES, signal);
  if (signature.kind === 'failed') return failed(feedProblem(signature.why));
  if (signature.kind === 'missing') return failed(unsignedProblem());
  if (!isSigned(listed.bytes, signature.bytes.toString('latin1'), key))
    return failed(wrongSignatureProblem());
  const offer = await parts.read(listed.bytes.toString('utf8'));
  if (offer === null) return failed(unfitProblem('Its signed list could not be read.'));
  const order = compareVersions(offer.version, version);
  if (order < 0) return { kind: 'older', version: offer.version };
  return order === 0 ? { kind: 'same' } : { kind: 'newer', offer };
}

function failed(problem: Problem): Look {
  return { kind: 'failed', problem };
}

type Got =
  { kind: 'got'; bytes: Buffer } | { kind: 'missing'; why: string } | { kind: 'failed'; why: string };

async function get({ fetch }: LookParts, url: URL, limit: number, signal: AbortSignal): Promise<Got> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]) });
    if (response.status !== 200) {
      await response.body?.cancel();
      const why = `${url.host} answered ${response.status}.`;
      return response.status === 404 ? { kind: 'missing', why } : { kind: 'failed', why };
    }
    const bytes = await readAtMost(response, limit);
    return bytes === null
      ? { kind: 'failed', why: `${url.host} sent more than expected.` }
      : { kind: 'got', bytes };
  } catch {
    return { kind: 'failed', why: `${url.host} did not answer.` };
  }
}

/** @returns null when there is more */
async function readAtMost(response: Response, limit: number): Promise<Buffer | null> {
  if (response.body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      return null;
    }
    chunks.push(value);
  }
}
