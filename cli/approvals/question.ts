import { durationText } from '../duration.ts';
import { number, text, texts } from '../output.ts';
import { clean, wrap } from '../text.ts';

/** The answers a person may give, by the key that gives them. */
export const KEYS = {
  o: { answer: 'once', label: '[o]nce' },
  t: { answer: 'ten-minutes', label: '[t]en minutes' },
  h: { answer: 'hour', label: '[h]our' },
  T: { answer: 'terminal', label: '[T]his terminal' },
  a: { answer: 'always', label: '[a]lways' },
  d: { answer: 'deny', label: '[d]eny' },
  n: { answer: 'never', label: '[n]ever' },
} as const;
export type Answer = (typeof KEYS)[keyof typeof KEYS]['answer'];

export const ANSWERS: readonly string[] = Object.values(KEYS).map(({ answer }) => answer);

type Asked = Readonly<Record<string, unknown>>;

/** A question as the agent tells it, for a terminal: nothing in it can move the cursor or forge a line. */
export function questionText(asked: Asked, now: number): string {
  const since = number(asked, 'since');
  const waits = since === null ? '' : `, waits for ${durationText(Math.max(1, now / 1_000 - since))}`;
  const lines = texts(asked, 'lines').map(clean);
  const [title = `Let ${clean(text(asked, 'program'))} use ${clean(text(asked, 'scope_name'))}?`] = lines;
  return [
    `${clean(text(asked, 'id'))}${waits}`,
    `  ${wrap(title, 4)}`,
    ...lines.slice(1).map((line) => `  ${wrap(line, 4)}`),
    ...claims(asked, lines),
    '',
  ].join('\n');
}

/** What the asking program says of itself is shown in any case, and as nothing more than that (CHECKLIST 31). */
function claims(asked: Asked, lines: readonly string[]): string[] {
  const script = clean(text(asked, 'script'));
  const name = clean(text(asked, 'self_name'));
  const isShown = (mark: RegExp) => lines.some((line) => mark.test(line));
  return [
    ...(script === '' || isShown(/^Script: .*\(.*claimed/i) ? [] : [`  Script: ${script} (claimed)`]),
    ...(name === '' || isShown(/\(.*unverified/i) ? [] : [`  Calls itself: ${name} (unverified)`]),
  ];
}

/** What may be answered, the most careful first. */
export function offered(asked: Asked): (keyof typeof KEYS)[] {
  const offers = texts(asked, 'offers');
  return keys().filter((key) => {
    const { answer } = KEYS[key];
    return answer === 'deny' || answer === 'never' || offers.includes(answer);
  });
}

/** "[o]nce [d]eny [s]kip: " */
export function choices(asked: Asked): string {
  return `${[...offered(asked).map((key) => KEYS[key].label), '[s]kip'].join(' ')}: `;
}

/**
 * What a person typed: a key, or the whole word.
 *
 * @returns null: nothing of what is offered
 */
export function answerOf(typed: string, asked: Asked): Answer | 'skip' | null {
  const word = typed.trim();
  if (word === 's' || word.toLowerCase() === 'skip') return 'skip';
  const key = offered(asked).find((one) => one === word || KEYS[one].answer === word.toLowerCase());
  return key === undefined ? null : KEYS[key].answer;
}

function keys(): (keyof typeof KEYS)[] {
  return ['o', 't', 'h', 'T', 'a', 'd', 'n'];
}
