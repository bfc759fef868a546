import { constants } from 'node:fs';
import { access, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import type { SystemView } from '../../preload/contract.ts';
import type { Result } from '../effects.ts';
import { HIDDEN, notSwitched, type Autostart } from './autostart.ts';
import { entryText, execLine, readEntry, switched, type AutostartEntry } from './autostart-entry.ts';

export interface LinuxAutostartParts {
  /** What is to be started: an absolute path. */
  program: string;
  /** Name of the file, and of the program where it is found by name. */
  id: string;
  /** The user's autostart folder; need not exist. */
  folder: string;
  /** The machine's, the first one counts most. */
  shared: readonly string[];
  /** Names of the running desktop: "GNOME". */
  desktops: readonly string[];
  /** Folders in which programs are looked for by name. */
  path: readonly string[];
}

/** What was found at the place; `text` null: there is nothing. */
interface Found {
  path: string;
  text: string | null;
  entry: AutostartEntry | null;
}

/** A file of the XDG autostart folder: every desktop reads it, under X11 and Wayland alike. */
export function linuxAutostart(parts: LinuxAutostartParts): Autostart {
  return new LinuxAutostart(parts);
}

class LinuxAutostart implements Autostart {
  readonly #parts: LinuxAutostartParts;
  readonly #path: string;
  readonly #exec: string | null;

  constructor(parts: LinuxAutostartParts) {
    this.#parts = parts;
    this.#path = join(parts.folder, `${parts.id}.desktop`);
    this.#exec = execLine([parts.program, HIDDEN]);
  }

  async view(): Promise<SystemView['autostart']> {
    const found = await this.#find();
    if (typeof found === 'string') return { on: false, can: false, why: found };
    const on = found.entry !== null && (await this.#starts(found.entry));
    const why = await this.#obstacle(found);
    return { on, can: why === null, why };
  }

  async set(on: boolean): Promise<Result<null>> {
    const found = await this.#find();
    const why = typeof found === 'string' ? found : await this.#obstacle(found);
    if (typeof found === 'string' || why !== null || this.#exec === null) {
      return { ok: false, problem: notSwitched(why ?? NO_COMMAND) };
    }
    if ((await this.view()).on === on) return { ok: true, value: null };
    try {
      await this.#write(found, on, this.#exec);
    } catch (error) {
      const detail = error instanceof Error ? error.message : 'unknown error';
      return { ok: false, problem: notSwitched(`${this.#path}: ${detail}`) };
    }
    if ((await this.view()).on !== on) {
      return { ok: false, problem: notSwitched(`${this.#path} was written, and still says otherwise.`) };
    }
    return { ok: true, value: null };
  }

  async #write(found: Found, on: boolean, exec: string): Promise<void> {
    const own = found.path === this.#path ? found.text : null;
    if (!on && own === entryText(exec, true) && !(await this.#isShared())) return rm(this.#path);
    // Somebody else's words in it stay; a command that starts the app stays, too.
    const keeps = found.entry !== null && (await this.#runs(found.entry));
    const text = own === null ? entryText(exec, on) : switched(own, on, keeps ? undefined : exec);
    await mkdir(this.#parts.folder, { recursive: true, mode: 0o700 });
    const next = join(this.#parts.folder, `.${this.#parts.id}.${process.pid}.new`);
    await writeFile(next, text, { mode: 0o600 });
    await rename(next, this.#path);
  }

  /** The user's file hides the machine's. A text: the file cannot be read, and why. */
  async #find(): Promise<Found | string> {
    for (const path of [this.#path, ...this.#sharedPaths()]) {
      try {
        const text = await readFile(path, 'utf8');
        return { path, text, entry: readEntry(text) };
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code !== 'ENOENT' && code !== 'ENOTDIR') return `${path} cannot be read (${code ?? 'unknown'}).`;
      }
    }
    return { path: this.#path, text: null, entry: null };
  }

  /** Why this app keeps its hands off; one sentence, or null. */
  async #obstacle({ path, text, entry }: Found): Promise<string | null> {
    if (this.#exec === null) return NO_COMMAND;
    if (text === null || path !== this.#path) return null;
    const ours = entry !== null && (entry.marked || (await this.#isOurs(entry.exec?.[0] ?? '')));
    return ours ? null : `${path} belongs to another program, and stays as it is.`;
  }

  async #starts(entry: AutostartEntry): Promise<boolean> {
    const { desktops } = this.#parts;
    const here = (names: readonly string[]) => names.some((name) => desktops.includes(name));
    if (!entry.enabled || here(entry.notShowIn)) return false;
    if (entry.onlyShowIn !== null && !here(entry.onlyShowIn)) return false;
    if (entry.tryExec !== null && (await this.#programAt(entry.tryExec)) === null) return false;
    return this.#runs(entry);
  }

  /** Its program is there, and is this app (another copy of it, where we wrote the file). */
  async #runs({ exec, marked }: AutostartEntry): Promise<boolean> {
    const program = exec?.[0] ?? '';
    return (await this.#programAt(program)) !== null && (marked || (await this.#isOurs(program)));
  }

  async #isOurs(program: string): Promise<boolean> {
    const found = await this.#programAt(program);
    if (found === null) return false;
    return basename(program) === this.#parts.id || found === (await this.#programAt(this.#parts.program));
  }

  /** Where it really is; null: nothing that could be started. */
  async #programAt(program: string): Promise<string | null> {
    const { path } = this.#parts;
    const places = isAbsolute(program)
      ? [program]
      : program === '' || program.includes('/')
        ? []
        : path.map((folder) => join(folder, program));
    for (const place of places) {
      try {
        await access(place, constants.X_OK);
        // Folders can be "executed", too.
        if ((await stat(place)).isFile()) return await realpath(place);
      } catch {
        // Perhaps in the next folder.
      }
    }
    return null;
  }

  async #isShared(): Promise<boolean> {
    const there = await Promise.all(
      this.#sharedPaths().map((path) =>
        access(path).then(
          () => true,
          () => false,
        ),
      ),
    );
    return there.includes(true);
  }

  #sharedPaths(): string[] {
    return this.#parts.shared.map((folder) => join(folder, `${this.#parts.id}.desktop`));
  }
}

const NO_COMMAND = 'The path of this program has characters that an autostart file cannot hold.';
