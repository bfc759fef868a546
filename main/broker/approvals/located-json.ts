/** What a person's JSON file says, and on which line each part of it stands. */
export interface LocatedJson {
  readonly value: unknown;
  /** 1-based line of the part at this path, or of the nearest part around it that exists. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** The text is no JSON (RFC 8259), or names one field twice. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError';
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

const MAX_DEPTH = 32;

/**
 * JSON.parse with lines: its own errors name a position at best, and an error of the schema none at all.
 * A field named twice is refused, because JSON.parse would silently take the last.
 */
export function parseLocatedJson(text: string): LocatedJson {
  return new Parser(text).run();
}

class Parser {
  readonly #text: string;
  readonly #lines = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): LocatedJson {
    const value = this.#value([]);
    this.#space();
    if (this.#at < this.#text.length) this.#fail('there is something after the end of the document');
    const lines = this.#lines;
    return {
      value,
      lineOf: (path) => {
        for (let length = path.length; length > 0; length--) {
          const line = lines.get(keyOf(path.slice(0, length)));
          if (line !== undefined) return line;
        }
        return 1;
      },
    };
  }

  #value(path: readonly PropertyKey[]): unknown {
    this.#space();
    if (!this.#lines.has(keyOf(path))) this.#lines.set(keyOf(path), this.#line());
    if (path.length > MAX_DEPTH) this.#fail('it is nested too deeply');
    if (this.#take('{')) return this.#object(path);
    if (this.#take('[')) return this.#array(path);
    return this.#scalar('a value');
  }

  #object(path: readonly PropertyKey[]): Record<string, unknown> {
    // Without a prototype, so that a field named __proto__ is a field like any other.
    const object = Object.create(null) as Record<string, unknown>;
    this.#space();
    if (this.#take('}')) return object;
    do {
      this.#space();
      if (this.#text[this.#at] !== '"') this.#fail('a field name in double quotes is missing here');
      const line = this.#line();
      const name = this.#scalar('a field name') as string;
      if (Object.hasOwn(object, name)) this.#fail(`the field "${name}" is there twice`);
      this.#lines.set(keyOf([...path, name]), line);
      this.#space();
      if (!this.#take(':')) this.#fail(`a colon is missing after "${name}"`);
      object[name] = this.#value([...path, name]);
      this.#space();
    } while (this.#take(','));
    if (!this.#take('}')) this.#fail('a comma or a closing brace is missing here');
    return object;
  }

  #array(path: readonly PropertyKey[]): unknown[] {
    const array: unknown[] = [];
    this.#space();
    if (this.#take(']')) return array;
    do {
      array.push(this.#value([...path, array.length]));
      this.#space();
    } while (this.#take(','));
    if (!this.#take(']')) this.#fail('a comma or a closing bracket is missing here');
    return array;
  }

  /** A string, number or word, cut out by its shape and read by JSON.parse. */
  #scalar(what: string): unknown {
    SCALAR.lastIndex = this.#at;
    const found = SCALAR.exec(this.#text)?.[0];
    if (found === undefined) return this.#fail(`${what} is missing here`);
    try {
      const value: unknown = JSON.parse(found);
      this.#at += found.length;
      return value;
    } catch {
      return this.#fail(`${what} is not valid here`);
    }
  }

  #space(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at++;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #line(): number {
    let line = 1;
    for (let at = this.#text.indexOf('\n'); at >= 0 && at < this.#at; at = this.#text.indexOf('\n', at + 1))
      line++;
    return line;
  }

  #fail(message: string): never {
    throw new JsonTextError(this.#line(), message);
  }
}

const SCALAR = /"(?:[^"\\\n]|\\[^\n])*"|[-+.\w]+/y;

function keyOf(path: readonly PropertyKey[]): string {
  return JSON.stringify(path.map(String));
}
