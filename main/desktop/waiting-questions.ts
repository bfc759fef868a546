import type { PendingQuestion } from '../broker/approvals/gate.ts';
import { promptText } from '../broker/prompt-text.ts';

/** A question of a program, in the words of its window: what is not our own word was made visible and short. */
export interface WaitingQuestion {
  id: string;
  /** "Let this script use run_status?" */
  title: string;
  /** "Script: ~/jobs/watch-runs.sh": who asks, as the window's first row says it. */
  who: string;
  /** Its window is open. */
  asked: boolean;
}

/** @param home the user's home folder, shown as `~` */
export function waitingQuestions(pending: readonly PendingQuestion[], home: string): WaitingQuestion[] {
  return pending.map(({ id, question, offers, asked }) => {
    const { title, rows } = promptText(question, offers, home);
    // The first row names the script, else the program, the terminal or the other machine.
    const [row] = rows;
    return { id, title, who: row === undefined ? 'Program: unknown' : `${row.label}: ${row.value}`, asked };
  });
}
