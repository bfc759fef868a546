/** Where something is done or seen. */
export type Place = (typeof PLACES)[number];

const PLACES = ['window', 'browser', 'terminal', 'question', 'search'] as const;

export type Action =
  | { kind: 'run'; command: string }
  | { kind: 'press'; name: string; row: string | null }
  | { kind: 'keys'; keys: string }
  | { kind: 'type'; text: string }
  | { kind: 'client-id'; field: string }
  | { kind: 'log-in' }
  | { kind: 'opened'; texts: string[] }
  | { kind: 'see'; texts: string[] }
  | { kind: 'gone'; texts: string[] }
  | { kind: 'paste' }
  | { kind: 'choose'; path: string[] }
  | { kind: 'tray'; texts: string[] }
  | { kind: 'left' }
  | { kind: 'clipboard'; texts: string[] };

export interface Sentence {
  /** As it stands in the text: what a failure quotes. */
  readonly text: string;
  readonly step: number;
  /** Null: where the sentence before it was. */
  readonly place: Place | null;
  readonly action: Action;
}

const QUOTE = '“([^“”]+)”';
const QUOTES = `“[^“”]+”(?:(?:, | and )“[^“”]+”)*`;

/** The whole grammar: what follows the words in bold, and what it means. */
const VERBS: readonly [verb: string, rest: RegExp, read: (match: RegExpExecArray) => Action][] = [
  ['run', /^ `([^`]+)`$/, ([, command = '']) => ({ kind: 'run', command })],
  [
    'press',
    new RegExp(`^ ${QUOTE}(?: in the row ${QUOTE})?$`),
    ([, name = '', row]) => ({ kind: 'press', name, row: row ?? null }),
  ],
  ['press', /^ `([^`]+)`$/, ([, keys = '']) => ({ kind: 'keys', keys })],
  ['type', new RegExp(`^ ${QUOTE}$`), ([, text = '']) => ({ kind: 'type', text })],
  ['put your client id into', new RegExp(`^ ${QUOTE}$`), ([, field = '']) => ({ kind: 'client-id', field })],
  ['log in', /^$/, () => ({ kind: 'log-in' })],
  ['the browser opens', new RegExp(`^ ${QUOTES}$`), ([all]) => ({ kind: 'opened', texts: quoted(all) })],
  ['you see', new RegExp(`^ ${QUOTES}$`), ([all]) => ({ kind: 'see', texts: quoted(all) })],
  ['you no longer see', new RegExp(`^ ${QUOTES}$`), ([all]) => ({ kind: 'gone', texts: quoted(all) })],
  ['paste', /^(?: and press Enter)?$/, () => ({ kind: 'paste' })],
  [
    'choose in the tray menu',
    new RegExp(`^ ${QUOTE}(?: → ${QUOTE})*$`),
    ([all]) => ({ kind: 'choose', path: quoted(all) }),
  ],
  ['the tray says', new RegExp(`^ ${QUOTES}$`), ([all]) => ({ kind: 'tray', texts: quoted(all) })],
  ['the tray is empty', /^$/, () => ({ kind: 'left' })],
  ['the clipboard holds', new RegExp(`^ ${QUOTES}$`), ([all]) => ({ kind: 'clipboard', texts: quoted(all) })],
];

/**
 * Reads the numbered steps of a text; everything else in it is for people alone. Each sentence of a step begins
 * in bold and is one of the grammar.
 *
 * @throws Error for the first sentence that is not, and for steps that are not numbered one by one.
 */
export function readWalk(markdown: string): Sentence[] {
  const steps = markdown.split('\n').flatMap((line) => {
    const match = /^(\d+)\. (.*)$/.exec(line);
    return match === null ? [] : [{ number: Number(match[1]), text: match[2] ?? '' }];
  });
  return steps.flatMap(({ number, text }, index) => {
    if (number !== index + 1) throw new Error(`step ${number} stands where step ${index + 1} is due`);
    return text.split(/\s+(?=\*\*[A-Z])/).map((sentence) => readSentence(sentence.trim(), number));
  });
}

function readSentence(text: string, step: number): Sentence {
  const [, where, verb = '', rest = ''] = /^\*\*(?:In the ([a-z]+), )?([^*]+)\*\*(.*?)\.?$/.exec(text) ?? [];
  // A full stop inside the last quotation ends the sentence too, and is part of what is quoted.
  const place = where === undefined ? null : PLACES.find((one) => one === where);
  for (const [name, pattern, read] of VERBS) {
    const match = name === verb.toLowerCase() ? pattern.exec(rest) : null;
    if (match !== null && place !== undefined) return { text, step, place, action: read(match) };
  }
  throw new Error(`step ${step}: no one can walk this: ${text}`);
}

function quoted(text: string): string[] {
  return [...text.matchAll(new RegExp(QUOTE, 'g'))].map(([, inside = '']) => inside);
}
