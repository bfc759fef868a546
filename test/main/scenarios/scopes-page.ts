import { readFileSync } from 'node:fs';

/** One line of the table "What each request needs" in docs/scopes.md. */
export interface PageRow {
  title: string;
  method: string;
  /** With `{placeholder}` parts. */
  path: string;
  /** Short names; `flow` is the flow's own scope. */
  scopes: string[];
  /** Status of the answer when scope and role suffice. */
  answer: number;
}

const PAGE = readFileSync(new URL('../../../docs/scopes.md', import.meta.url), 'utf8');
const ROW = /^\| ([^|]+?) +\| `([A-Z]+) ([^`]+)` +\| ([^|]+?) +\| (\d{3}) +\|$/gm;

/** What users are told; the tests hold the app and the fake Globus to it. */
export const PAGE_ROWS: readonly PageRow[] = [...PAGE.matchAll(ROW)].map(
  ([, title = '', method = '', path = '', scopes = '', answer = '']) => ({
    title,
    method,
    path,
    scopes: scopes.replaceAll('`', '').split(' '),
    answer: Number(answer),
  }),
);

/** First cells of the table of the six scopes, with the official definitions. */
export const PAGE_SCOPES: readonly (readonly [name: string, definition: string])[] = [
  ...PAGE.matchAll(/^\| `([a-z_]+)` +\| (Grants [^|]+?) +\|/gm),
].map(([, name = '', definition = '']) => [name, definition] as const);
