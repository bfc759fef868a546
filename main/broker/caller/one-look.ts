import type { ScriptClaim } from '../types.ts';
import type { ProcessTable, ProcInfo } from './process-table.ts';

/**
 * The table as it is during one synchronous look: whoever stands in a chain several times is read once, and
 * what was made of a script argument too.
 */
export class OneLook implements ProcessTable {
  readonly #table: ProcessTable;
  readonly #seen = new Map<number, ProcInfo | null>();
  readonly #scripts = new WeakMap<ProcInfo, Map<string, ScriptClaim>>();

  constructor(table: ProcessTable) {
    this.#table = table;
  }

  read(pid: number): ProcInfo | null {
    let info = this.#seen.get(pid);
    if (info === undefined) this.#seen.set(pid, (info = this.#table.read(pid)));
    return info;
  }

  recall(pid: number): ProcInfo | null {
    const seen = this.#seen.get(pid);
    return seen === undefined ? this.#table.recall(pid) : seen;
  }

  isUntouched(info: ProcInfo): boolean {
    return this.#table.isUntouched(info);
  }

  unit(info: ProcInfo): string | null {
    return this.#table.unit(info);
  }

  stdinIsTerminal(info: ProcInfo): boolean {
    return this.#table.stdinIsTerminal(info);
  }

  sharesOurFiles(info: ProcInfo): boolean {
    return this.#table.sharesOurFiles(info);
  }

  script(info: ProcInfo, argument: string): ScriptClaim {
    let claims = this.#scripts.get(info);
    if (claims === undefined) this.#scripts.set(info, (claims = new Map<string, ScriptClaim>()));
    let claim = claims.get(argument);
    if (claim === undefined) claims.set(argument, (claim = this.#table.script(info, argument)));
    return claim;
  }
}
