import type { Database } from 'sql.js';
import { type Parsed, type RawNamespace, readStoredToken } from './stored-token.ts';
import type { ForeignToken } from './types.ts';

const MAGIC = 'SQLite format 3\0';
/** File format versions: 2 says that there may be a write-ahead log (SQLite file format §1.3.3). */
const WRITE_VERSION = 18;
const READ_VERSION = 19;
/** Rows of one table; a program keeps one per resource server and profile. */
const MAX_ROWS = 5_000;

export function isSqlite(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;
}

/**
 * Reads the SDK's SQLite storage: schema 1 (`SQLiteAdapter`, with `config_storage`; globus-cli) and schema 2
 * (`SQLiteTokenStorage`). The bytes are opened in SQLite compiled to WebAssembly: nothing is locked, written or
 * made beside the file, and a hostile file meets an interpreter without files or network.
 */
export async function readSqliteForm(bytes: Uint8Array): Promise<Parsed> {
  const database = await openBytes(bytes);
  try {
    const tables = tablesOf(database);
    if (!tables.has('token_storage')) return { kind: 'refused', why: 'other' };
    const rows = textRows(
      database,
      'SELECT namespace, resource_server, token_data_json FROM token_storage LIMIT ?',
    );
    const config = tables.has('config_storage')
      ? textRows(database, 'SELECT namespace, config_name, config_data_json FROM config_storage LIMIT ?')
      : [];
    const namespaces = new Map<string, { tokens: ForeignToken[]; config: Map<string, unknown> }>();
    const of = (namespace: string) => {
      const known = namespaces.get(namespace) ?? { tokens: [], config: new Map<string, unknown>() };
      namespaces.set(namespace, known);
      return known;
    };
    for (const [namespace, , json] of rows) {
      const token = readStoredToken(JSON.parse(json));
      // To leave one out would be to say that all was ended when it was not.
      if (token === null) return { kind: 'refused', why: 'damaged' };
      of(namespace).tokens.push(token);
    }
    for (const [namespace, name, json] of config) of(namespace).config.set(name, JSON.parse(json));
    const all = [...namespaces].map(([namespace, held]): RawNamespace => ({ namespace, ...held }));
    return { kind: 'parsed', namespaces: all.filter(({ tokens }) => tokens.length > 0) };
  } catch {
    // SQLite's messages, and those of JSON, may quote what they failed on.
    return { kind: 'refused', why: 'damaged' };
  } finally {
    database.close();
  }
}

/** Behind an import, and with the WebAssembly in the module: no file is looked for, packaged or not. */
async function openBytes(bytes: Uint8Array): Promise<Database> {
  const { default: init } = await import('sql.js/dist/sql-wasm-inline.js');
  const { Database } = await init();
  const copy = bytes.slice();
  // The log was merged when its last user closed it, else it lies beside the file, and this is not reached.
  if (copy[WRITE_VERSION] === 2) copy[WRITE_VERSION] = 1;
  if (copy[READ_VERSION] === 2) copy[READ_VERSION] = 1;
  return new Database(copy);
}

/** Tables alone: a view of the same name could run for ever. */
function tablesOf(database: Database): Set<string> {
  const names = database.exec(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'",
  );
  return new Set(names.flatMap(({ values }) => values.map(([name]) => String(name))));
}

/** Rows of three texts. @throws for any other row, and for more than make sense */
function textRows(database: Database, query: string): [string, string, string][] {
  const found = database.exec(query, [MAX_ROWS + 1]);
  const rows = found.flatMap(({ values }) => values);
  if (rows.length > MAX_ROWS) throw new Error('more rows than make sense');
  return rows.map((row) => {
    const [one, two, three] = row;
    if (typeof one !== 'string' || typeof two !== 'string' || typeof three !== 'string') {
      throw new Error('a row of another kind');
    }
    return [one, two, three];
  });
}
