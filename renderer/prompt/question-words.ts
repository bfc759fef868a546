import type { PromptView } from '../../preload/prompt-contract.ts';
import { spokenTime } from '../time.ts';

/**
 * All that stands between the title and the buttons, as one text for ears: a screen reader says it when the window
 * comes, and reads the list’s cells without a stop between them.
 */
export function spokenQuestion({ body, rows, limit }: Pick<PromptView, 'body' | 'rows' | 'limit'>): string {
  const facts = rows.map(
    ({ label, value, note }) => `${label}: ${value}${note === null ? '' : `, ${note}`}.`,
  );
  return [body, ...facts, `Without an answer it is denied in ${spokenTime(limit)}.`].join(' ');
}
