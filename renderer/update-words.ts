import type { UpdateView } from '../preload/contract.ts';
import { momentOf } from './time.ts';

/** What the settings say of updates, one or two sentences; empty where something else says it. */
export function updateLine(update: UpdateView, version: string): string {
  switch (update.phase) {
    case 'none':
    case 'off':
    case 'failed':
      return '';
    case 'current':
      return currentLine(update, version);
    case 'checking':
      return 'Looking for a newer version…';
    case 'found':
      return `Version ${update.version} is there. ${update.how}`;
    case 'downloading':
      return `Downloading version ${update.version}…`;
    case 'ready':
      return `Version ${update.version} is ready. It is installed when the app quits.`;
  }
}

function currentLine({ checkedAt, older }: UpdateView & { phase: 'current' }, version: string): string {
  if (checkedAt === null) return 'It looks some minutes after a start, and then once a day.';
  const offered =
    older === null ? '' : ` The server offers ${older}, which is older than this one and is not taken.`;
  return `${version} is the newest version, as of ${momentOf(checkedAt)}.${offered}`;
}
