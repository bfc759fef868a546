import { closeSync, constants, fchmodSync, fstatSync, lstatSync, mkdirSync, openSync } from 'node:fs';
import { readFileSync, readSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '../effects.ts';
import { auditLine, parseAuditLine } from './audit-line.ts';
import type { AuditEntry } from './contract.ts';

export interface AuditLog {
  /**
   * Writes one line. False: it is not on disk, and then no token may leave (fail closed): what a token was
   * given for must be known afterwards. Never throws. Synchronous, because a line takes microseconds, keeps
   * its order, and must not wait behind a keychain that hangs in libuv's threads.
   */
  append(entry: AuditEntry): boolean;
  /**
   * The same for many callers at once: of what comes within one turn of the event loop the first line goes out by
   * itself, and the others are one write. While they come several at a time, all of a turn are one.
   */
  commit(entry: AuditEntry): Promise<boolean>;
  /** The newest entries, newest first. @param limit 1 to 1000 */
  newest(limit: number): AuditEntry[];
  close(): void;
}

export interface AuditLogOptions {
  /** The newest file; older ones are `<path>.1` to `<path>.<older>`. */
  path: string;
  log: Logger;
  /** Bytes of one file. */
  maxBytes?: number;
  /** Older files that are kept. */
  older?: number;
  /** Milliseconds for which the file at the path is taken for the one that is open. */
  lookMs?: number;
}

interface OpenFile {
  readonly fd: number;
  readonly inode: bigint;
  size: number;
  /** Monotonic milliseconds: when the file at the path was last seen to be this one. */
  lookedAt: number;
}

/** Append-only JSON lines, 0600, one write per line (CHECKLIST 36). Opens the file with the first line. */
export function openAuditLog(options: AuditLogOptions): AuditLog {
  return new AuditFile(options);
}

class AuditFile implements AuditLog {
  readonly #path: string;
  readonly #log: Logger;
  readonly #maxBytes: number;
  readonly #older: number;
  readonly #lookMs: number;
  #open: OpenFile | null = null;
  /** The last line may lack its end: the next one starts on its own. */
  #torn = false;
  #failing = false;
  /** A line was written in this turn of the event loop: who comes now waits for its end. */
  #inTurn = false;
  /** Several waited at the end of the last turn. */
  #crowded = false;
  #waiting: { line: string; resolve: (written: boolean) => void }[] = [];

  constructor({ path, log, maxBytes = 1_000_000, older = 4, lookMs = 20 }: AuditLogOptions) {
    this.#path = path;
    this.#log = log;
    this.#maxBytes = maxBytes;
    this.#older = older;
    this.#lookMs = lookMs;
  }

  commit(entry: AuditEntry): Promise<boolean> {
    if (!this.#inTurn) {
      this.#inTurn = true;
      setImmediate(() => {
        this.#inTurn = false;
        this.#crowded = this.#waiting.length > 1;
        this.#flush();
      });
      if (!this.#crowded) return Promise.resolve(this.append(entry));
    }
    return new Promise((resolve) => this.#waiting.push({ line: auditLine(entry), resolve }));
  }

  append(entry: AuditEntry): boolean {
    this.#flush();
    return this.#put(auditLine(entry));
  }

  #flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    const written = this.#put(waiting.map(({ line }) => line).join(''));
    for (const { resolve } of waiting) resolve(written);
  }

  #put(lines: string): boolean {
    try {
      this.#write(lines);
      this.#failing = false;
      return true;
    } catch (error) {
      // Once per outage: callers may come by the thousand.
      if (!this.#failing)
        this.#log.error({ error }, 'the audit log cannot be written; no token is given out');
      this.#failing = true;
      this.close();
      return false;
    }
  }

  newest(limit: number): AuditEntry[] {
    const wanted = Math.min(1000, Math.max(1, Math.floor(limit)));
    const found: AuditEntry[] = [];
    for (let number = 0; number <= this.#older && found.length < wanted; number++) {
      const lines = this.#read(this.#name(number)).split('\n');
      for (let at = lines.length - 1; at >= 0 && found.length < wanted; at--) {
        const entry = parseAuditLine(lines[at] ?? '');
        if (entry !== null) found.push(entry);
      }
    }
    return found;
  }

  close(): void {
    this.#flush();
    if (this.#open === null) return;
    const { fd } = this.#open;
    this.#open = null;
    closeSync(fd);
  }

  #write(line: string): void {
    this.#look();
    if (this.#open !== null && this.#open.size + line.length > this.#maxBytes) this.#rotate();
    this.#open ??= this.#openFile();
    const bytes = Buffer.from(this.#torn ? `\n${line}` : line);
    const written = writeSync(this.#open.fd, bytes);
    this.#open.size += written;
    this.#torn = written !== bytes.length;
    if (this.#torn) throw new Error(`only ${written} of ${bytes.length} bytes were written`);
  }

  /** Somebody moved or removed the file: lines into the old one would be lost. */
  #look(): void {
    const now = performance.now();
    if (this.#open !== null && now - this.#open.lookedAt < this.#lookMs) return;
    const there = lstatSync(this.#path, { throwIfNoEntry: false, bigint: true });
    if (this.#open !== null && there?.ino !== this.#open.inode) this.close();
    if (this.#open === null) return;
    this.#open.lookedAt = now;
    // Another process may have written too.
    this.#open.size = Number(there?.size ?? 0);
  }

  #openFile(): OpenFile {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const { O_RDWR, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
    // Opened to read too: whether the last line is whole. Non-blocking: a pipe put there must not hang us.
    const noFollow = constants.O_NOFOLLOW ?? 0;
    const fd = openSync(this.#path, O_RDWR | O_APPEND | O_CREAT | noFollow | (O_NONBLOCK ?? 0), 0o600);
    try {
      const stat = fstatSync(fd, { bigint: true });
      const uid = process.getuid?.();
      if (!stat.isFile()) throw new Error('the audit log is no regular file');
      if (uid !== undefined && stat.uid !== BigInt(uid)) throw new Error('the audit log is another user’s');
      if (uid !== undefined && (stat.mode & 0o177n) !== 0n) fchmodSync(fd, 0o600);
      const last = Buffer.alloc(1);
      const read = stat.size === 0n ? 0 : readSync(fd, last, 0, 1, stat.size - 1n);
      this.#torn = read === 1 && last[0] !== NEWLINE;
      return { fd, inode: stat.ino, size: Number(stat.size), lookedAt: performance.now() };
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  /** A rotation that fails leaves the file to grow: a too large log is better than none. */
  #rotate(): void {
    try {
      for (let number = this.#older; number > 0; number--) {
        if (lstatSync(this.#name(number - 1), { throwIfNoEntry: false }) === undefined) continue;
        renameSync(this.#name(number - 1), this.#name(number));
      }
      this.close();
    } catch (error) {
      this.#log.warn({ error }, 'the audit log could not be rotated');
    }
  }

  #read(path: string): string {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!missing) this.#log.warn({ error }, 'a part of the audit log could not be read');
      return '';
    }
  }

  #name(number: number): string {
    return number === 0 ? this.#path : `${this.#path}.${number}`;
  }
}

const NEWLINE = 0x0a;
