import type { KeptProcessTable, ProcInfo } from '../../../../main/broker/caller/process-table.ts';

export interface Row {
  pid: number;
  parent: number;
  argv: string[];
  /** Default: /usr/bin/<basename of the first argument>. Null: unreadable. */
  executable?: string | null;
  name?: string;
  startTime?: string;
  session?: number;
  tty?: string | null;
  unit?: string;
  /** Standard input is a terminal; default: there is a tty. */
  atTerminal?: boolean;
  container?: boolean;
}

export const OURSELVES = {
  uid: 1000,
  programs: ['/opt/tray/tray'],
  launchers: ['/opt/tray/globus-token.js', '/opt/tray/globus-token'],
};

/** A table out of rows; later rows replace earlier ones with the same pid, and `kill` removes one. */
export class FabricatedTable implements KeptProcessTable {
  readonly #rows = new Map<number, Row>();
  tidied = 0;
  crowded = false;

  constructor(rows: Row[]) {
    this.set({ pid: 1, parent: 0, argv: ['/sbin/init'], executable: '/usr/lib/systemd/systemd', session: 1 });
    for (const row of rows) this.set(row);
  }

  set(row: Row): void {
    this.#rows.set(row.pid, row);
  }
  kill(pid: number): void {
    this.#rows.delete(pid);
  }

  recall(pid: number): ProcInfo | null {
    return this.read(pid);
  }

  read(pid: number): ProcInfo | null {
    const row = this.#rows.get(pid);
    if (row === undefined) return null;
    const name = row.argv[0]?.replace(/^-|.*\//g, '') ?? '';
    return {
      pid,
      parent: row.parent,
      argv: row.argv,
      executable: row.executable === undefined ? `/usr/bin/${name}` : row.executable,
      name: row.name ?? name,
      startTime: row.startTime ?? String(pid * 10),
      session: row.session ?? 100,
      tty: row.tty ?? null,
    };
  }
  /** Never the short way: what these tests are about is the comparison. */
  isUntouched(): boolean {
    return false;
  }
  tidy(): void {
    this.tidied += 1;
  }
  unit(info: ProcInfo): string | null {
    return this.#rows.get(info.pid)?.unit ?? null;
  }
  stdinIsTerminal(info: ProcInfo): boolean {
    return this.#rows.get(info.pid)?.atTerminal ?? info.tty !== null;
  }
  sharesOurFiles(info: ProcInfo): boolean {
    return this.#rows.get(info.pid)?.container !== true;
  }
  script(_info: ProcInfo, argument: string) {
    return { path: argument, binding: { inode: '1:1', sha256: 'aa' } };
  }
}
