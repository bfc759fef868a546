import { basename, dirname, resolve, sep } from 'node:path';
import { z } from 'zod';
import { normalUuid } from '../globus/uuid.ts';
import { readJsonForm } from './json-form.ts';
import { openFile, sizeOf } from './open-file.ts';
import { appFolder, cliStorage, type ImportPlaces } from './places.ts';
import type { Unreadable } from './problems.ts';
import { isSqlite, readSqliteForm } from './sqlite-form.ts';
import type { RawNamespace } from './stored-token.ts';
import type { ForeignClient, ForeignFile, ForeignProgram, Holding } from './types.ts';

export type ReadFile = { kind: 'read'; file: ForeignFile } | { kind: 'refused'; why: Unreadable };

/**
 * Reads a token file of globus-cli or of the Globus SDK, whichever form its content has.
 *
 * @param path absolute
 */
export async function readForeignFile(path: string, places: ImportPlaces): Promise<ReadFile> {
  const opened = await openFile(path, places.uid);
  if (opened.kind === 'refused') return opened;
  const { bytes, stamp, exposed } = opened;
  if (bytes.length === 0) return { kind: 'refused', why: 'other' };
  const sqlite = isSqlite(bytes);
  if (sqlite && (await hasJournal(path))) return { kind: 'refused', why: 'in-use' };
  const parsed = sqlite ? await readSqliteForm(bytes) : readJsonForm(bytes);
  bytes.fill(0);
  if (parsed.kind === 'refused') return parsed;
  const program = programOf(path, places);
  const holdings = parsed.namespaces.map((raw) =>
    program === 'globus-cli' || isCliNamespace(raw) ? cliHolding(raw) : sdkHolding(raw, path),
  );
  return { kind: 'read', file: { path, program, stamp, exposed, holdings } };
}

/** What a database's program has not brought into it yet: with it the file alone may be half of the truth. */
export const JOURNALS: readonly string[] = ['-journal', '-wal'];

export async function hasJournal(path: string): Promise<boolean> {
  const sizes = await Promise.all(JOURNALS.map((suffix) => sizeOf(path + suffix)));
  return sizes.some((size) => size > 0);
}

function programOf(path: string, places: ImportPlaces): ForeignProgram {
  if (resolve(path) === cliStorage(places)) return 'globus-cli';
  return resolve(path).startsWith(appFolder(places) + sep) ? 'globus-sdk' : 'other';
}

const CLI_NAMESPACE = /^(user|client)profile\/([^/]{1,100})(?:\/(.{1,200}))?$/s;

function isCliNamespace({ namespace }: RawNamespace): boolean {
  return CLI_NAMESPACE.test(namespace);
}

const clientData = z.object({ client_id: z.string().max(100), client_secret: z.string().min(1).max(500) });
const userData = z.object({ sub: z.string().min(1).max(200) });

/**
 * globus-cli: `userprofile/<environment>[/<profile>]` with a confidential client of its own in
 * `auth_client_data`, or `clientprofile/<environment>/<client id>`, whose secret is in the user's environment
 * and not in the file (login_manager/tokenstore.py `_resolve_namespace`, `internal_auth_client`).
 */
function cliHolding({ namespace, tokens, config }: RawNamespace): Holding {
  const [, kind = 'user', environment = 'production', rest] = CLI_NAMESPACE.exec(namespace) ?? [];
  const user = userData.safeParse(config.get('auth_user_data'));
  return {
    namespace,
    profile: kind === 'user' ? (rest ?? null) : null,
    environment,
    client: kind === 'user' ? instanceOf(config.get('auth_client_data')) : clientOf(rest),
    ofClient: kind === 'client',
    tokens: tokens.map((token) => ({
      ...token,
      identity: token.identity ?? (user.success ? user.data.sub : null),
    })),
  };
}

function instanceOf(value: unknown): ForeignClient | null {
  const parsed = clientData.safeParse(value);
  const id = parsed.success ? normalUuid(parsed.data.client_id) : null;
  return parsed.success && id !== null ? { id, secret: parsed.data.client_secret } : null;
}

function clientOf(text: string | undefined): ForeignClient | null {
  const id = normalUuid(text ?? '');
  return id === null ? null : { id, secret: null };
}

/** The SDK has client and environment in the file's place alone: `<client id>/<app>/[<environment>-]tokens.json`. */
function sdkHolding({ namespace, tokens }: RawNamespace, path: string): Holding {
  const client = appClient(path);
  return {
    namespace,
    profile: null,
    environment: environmentOf(path),
    client,
    // A ClientApp has a secret of its own, and no refresh token.
    ofClient:
      client !== null && tokens.every((token) => token.refreshToken === null && token.identity === client.id),
    tokens,
  };
}

function appClient(path: string): ForeignClient | null {
  return clientOf(basename(dirname(dirname(resolve(path)))));
}

function environmentOf(path: string): string {
  return /^([a-z][a-z0-9]{0,30})-tokens\.(?:json|db)$/.exec(basename(path))?.[1] ?? 'production';
}
