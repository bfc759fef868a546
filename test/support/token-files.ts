import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const SCRIPT = join(import.meta.dirname, 'token-files.py');

/** As the SDK stores one token: `TokenStorageData.to_dict`, or an entry of `by_resource_server` before it. */
export interface StoredToken {
  resource_server: string;
  scope: string;
  access_token: string;
  refresh_token: string | null;
  expires_at_seconds: number;
  token_type: 'Bearer';
  identity_id?: string | null;
}

export interface TokenFile {
  path: string;
  /** `sqlite-1` of SQLiteAdapter and globus-cli, `sqlite-2` of SQLiteTokenStorage, `json-1` and `json-2` of the SDK. */
  form: 'sqlite-1' | 'sqlite-2' | 'json-1' | 'json-2';
  namespaces: Record<
    string,
    { tokens: Record<string, StoredToken>; config?: Record<string, Record<string, unknown>> }
  >;
  /** A write-ahead log, merged when the writer closes. */
  wal?: boolean;
}

/** Writes the file with Python's own sqlite3 and json, by the programs' own statements. */
export function writeTokenFile(file: TokenFile): void {
  const { status, stderr } = spawnSync('python3', [SCRIPT], { input: `${JSON.stringify(file)}\n` });
  if (status !== 0) throw new Error(`python3 could not write the file: ${String(stderr)}`);
}

/** The same by a program that goes on using it: an open transaction, or a log that is not merged. */
export async function holdTokenFile(file: TokenFile): Promise<{ release: () => Promise<void> }> {
  const child = spawn('python3', [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.write(`${JSON.stringify({ ...file, hold: true })}\n`);
  await once(child.stdout, 'data');
  return {
    async release() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}
