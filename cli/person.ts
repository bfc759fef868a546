import type { ReadStream } from 'node:tty';
import type { Person } from './types.ts';
import { stderr } from './streams.ts';

const INTERRUPT = '\u0003';
const END_OF_INPUT = '\u0004';
const ERASE_LINE = '\u0015';
const BACKSPACES = ['\u007f', '\b'];
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * The person at the controlling terminal; null: there is none, so nobody can be asked (CHECKLIST 49). What they
 * type and read goes past stdin and stdout. On Windows a console as stdin counts as the terminal.
 */
export function openPerson(platform: NodeJS.Platform): Person | null {
  const fs = process.getBuiltinModule('node:fs');
  const { isatty, ReadStream: Terminal } = process.getBuiltinModule('node:tty');
  if (platform === 'win32') {
    if (!isatty(0)) return null;
    return new TerminalPerson({
      say: (text) => void stderr().write(text),
      open: () => new Terminal(0),
      drain: () => undefined,
      release: () => undefined,
    });
  }
  let fd: number;
  try {
    fd = fs.openSync('/dev/tty', 'r+');
  } catch {
    return null;
  }
  return new TerminalPerson({
    say: (text) => void fs.writeSync(fd, text),
    // It closes what it reads from, so it gets a descriptor of its own.
    open: () => new Terminal(fs.openSync('/dev/tty', 'r+')),
    drain,
    release: () => fs.closeSync(fd),
  });
}

/** Reads away what the terminal holds, without waiting for more. */
function drain(): void {
  const fs = process.getBuiltinModule('node:fs');
  const { O_RDONLY, O_NONBLOCK, O_NOCTTY } = fs.constants;
  const fd = fs.openSync('/dev/tty', O_RDONLY | O_NONBLOCK | O_NOCTTY);
  const buffer = Buffer.alloc(4_096);
  try {
    while (fs.readSync(fd, buffer) > 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
  } finally {
    buffer.fill(0);
    fs.closeSync(fd);
  }
}

interface TerminalParts {
  say: (text: string) => void;
  open: () => ReadStream;
  /** Reads away what was typed and not read; the terminal is in raw mode, where no line has to be whole. */
  drain: () => void;
  release: () => void;
}

class TerminalPerson implements Person {
  readonly say: (text: string) => void;
  readonly #parts: TerminalParts;
  #input: ReadStream | null = null;
  /** Typed ahead. */
  #typed = '';
  #closed = false;

  constructor(parts: TerminalParts) {
    this.say = parts.say;
    this.#parts = parts;
  }

  async askAfresh(question: string): Promise<string | null> {
    this.#typed = '';
    // What it has read and not given on goes with it.
    this.#input?.destroy();
    this.#input = this.#parts.open();
    const restore = rawMode(this.#input);
    try {
      this.#parts.drain();
    } finally {
      restore();
    }
    return this.ask(question);
  }

  async ask(question: string): Promise<string | null> {
    this.say(question);
    for (;;) {
      const end = this.#typed.indexOf('\n');
      if (end >= 0) {
        const line = this.#typed.slice(0, end).replace(/\r$/, '');
        this.#typed = this.#typed.slice(end + 1);
        return line;
      }
      const more = await this.#read();
      if (more === null) return null;
      this.#typed += more;
    }
  }

  async askSecret(question: string): Promise<string | null> {
    const input = (this.#input ??= this.#parts.open());
    // Raw, because a terminal has no other way to leave out the echo that works everywhere.
    const restore = rawMode(input);
    this.say(question);
    let secret = '';
    try {
      for (;;) {
        const chunk = this.#typed === '' ? await this.#read() : this.#typed;
        this.#typed = '';
        if (chunk === null) return null;
        const characters = [...chunk];
        for (const [at, character] of characters.entries()) {
          if (character === INTERRUPT) {
            restore();
            this.say('\n');
            // In raw mode the terminal sends no signal; whoever listens to it, or nobody, ends as usual.
            process.kill(process.pid, 'SIGINT');
            return null;
          }
          if (character === '\r' || character === '\n') {
            this.#typed = characters.slice(at + 1).join('');
            return secret;
          }
          if (character === END_OF_INPUT && secret === '') return null;
          secret = edited(secret, character);
        }
      }
    } finally {
      restore();
      this.say('\n');
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#input?.destroy();
    this.#parts.release();
  }

  /** @returns null: end of input */
  #read(): Promise<string | null> {
    const input = (this.#input ??= this.#parts.open());
    input.setEncoding('utf8');
    return new Promise((resolve) => {
      const settle = (value: string | null) => {
        input.off('data', settle).off('end', ended).off('close', ended).off('error', ended);
        // Nothing keeps the process while nobody is asked.
        input.pause();
        resolve(value);
      };
      const ended = () => settle(null);
      input.on('data', settle).once('end', ended).once('close', ended).once('error', ended);
      input.resume();
    });
  }
}

function edited(secret: string, character: string): string {
  if (BACKSPACES.includes(character)) return [...secret].slice(0, -1).join('');
  if (character === ERASE_LINE) return '';
  return /\p{Cc}/u.test(character) ? secret : secret + character;
}

/** @returns what gives the terminal back as it was; a signal does so too */
function rawMode(input: ReadStream): () => void {
  input.setRawMode(true);
  let raw = true;
  const restore = () => {
    if (!raw) return;
    raw = false;
    input.setRawMode(false);
    process.off('exit', restore);
    for (const name of SIGNALS) process.off(name, signalled);
  };
  const signalled = (name: NodeJS.Signals) => {
    restore();
    // With nobody else who listens it does now what it would have done.
    if (process.listenerCount(name) === 0) process.kill(process.pid, name);
  };
  process.on('exit', restore);
  for (const name of SIGNALS) process.on(name, signalled);
  return restore;
}
