import type { Problem } from '../effects.ts';
import type { OAuthFailure } from '../oauth/failure.ts';

/** Wording of what can go wrong with other programs' token files. Pure; no path's content is in any of it. */

const UNTOUCHED = 'Nothing was changed: neither the file nor your tokens.';

export type Unreadable =
  'absent' | 'link' | 'foreign' | 'odd' | 'big' | 'unreadable' | 'changing' | 'in-use' | 'other' | 'damaged';

export function unreadableProblem(why: Unreadable): Problem {
  return { reason: `import-${why}`, tokens: UNTOUCHED, ...UNREADABLE[why] };
}

const UNREADABLE: Readonly<Record<Unreadable, Pick<Problem, 'title' | 'next'>>> = {
  absent: { title: 'There is no such file', next: 'Check its name.' },
  link: {
    title: 'The file is a symbolic link, which is not followed',
    next: 'Name the file that it points to.',
  },
  foreign: {
    title: 'The file belongs to another user',
    next: 'Only files of your own are read. Sign in here instead.',
  },
  odd: { title: 'That is no regular file', next: 'Name a file of globus-cli or of the Globus SDK.' },
  big: {
    title: 'The file is too big for a token file',
    next: 'Name a file of globus-cli or of the Globus SDK; real ones are far below 8 MB.',
  },
  unreadable: { title: 'The file could not be read', next: 'Make it readable for yourself, then try again.' },
  changing: {
    title: 'The file was being written while it was read',
    next: 'Let its program finish, then try again.',
  },
  'in-use': {
    title: 'The file’s program has not finished writing it',
    next: 'End the program (its journal lies beside the file), then try again.',
  },
  other: {
    title: 'That is no token file',
    next: 'Name a file of globus-cli (storage.db) or of the Globus SDK (tokens.json, tokens.db).',
  },
  damaged: {
    title: 'The token file is damaged',
    next: 'Sign in with its own program again, or sign in here.',
  },
};

export function elsewhereProblem(): Problem {
  return {
    reason: 'import-elsewhere',
    title: 'The file holds nothing of the Globus that this app speaks to',
    tokens: UNTOUCHED,
    next: 'Its tokens are of another Globus environment: end them with the program that made them.',
  };
}

/** Adopting stopped for want of an answer. What was adopted before stays. */
export function notAdoptedProblem(failure: OAuthFailure): Problem {
  const unreachable = failure.kind === 'network' || failure.kind === 'unavailable';
  return {
    reason: unreachable ? failure.kind : 'renewal-refused',
    title: unreachable ? 'Globus could not be asked about these tokens' : 'Globus refused these tokens',
    tokens: 'What is not adopted is still in the file, as it was.',
    next: unreachable ? 'Check the network, then adopt again.' : 'Sign in here instead.',
    detail: failure.message,
  };
}

/** @param left tokens that Globus has not confirmed */
export function notRevokedProblem(failure: OAuthFailure, left: number): Problem {
  const unreachable = failure.kind === 'network' || failure.kind === 'unavailable';
  return {
    reason: unreachable ? failure.kind : 'import-not-revoked',
    title: 'The file was not deleted',
    tokens: `Globus did not confirm that ${tokens(left)} of it ended, so ${left === 1 ? 'it' : 'they'} may still work for whoever has the file.`,
    next: unreachable
      ? 'Check the network, then try again: what is revoked already does no harm.'
      : 'End it with its own program (globus logout), or rescind access on Globus’s consents page.',
    detail: failure.message,
  };
}

export type NotEndable = 'elsewhere' | 'client' | 'secret' | 'unproven';

/** Refused before anything was revoked: a file is ended as a whole or not at all. */
export function notEndableProblem(why: NotEndable): Problem {
  return { reason: `import-${why}`, tokens: UNTOUCHED, next: OWN_WAY, ...NOT_ENDABLE[why] };
}

const OWN_WAY = 'Sign out with the program that made the file (globus-cli: globus logout).';
const NOT_ENDABLE: Readonly<Record<NotEndable, Pick<Problem, 'title'> & Partial<Problem>>> = {
  elsewhere: { title: 'The file also holds tokens of another Globus environment, which this app cannot end' },
  client: {
    title: 'The file does not say which client its tokens belong to, so they cannot be ended',
    next: 'Name the client: globus-token import <file> --remove --client <client ID>',
  },
  secret: {
    title: 'The file holds tokens of a client whose secret it does not hold, so they cannot be ended',
  },
  unproven: {
    title: 'Globus does not confirm that these tokens belong to that client, so they cannot be ended',
  },
};

export function changedProblem(): Problem {
  return {
    reason: 'import-changed',
    title: 'The file was not deleted: its program wrote it meanwhile',
    tokens: 'What it held before is revoked; what it holds now still works.',
    next: 'End that program, then try again.',
  };
}

export function notDeletedProblem(detail: string | null): Problem {
  return {
    reason: 'import-not-deleted',
    title: 'The file could not be deleted',
    tokens: 'Globus confirmed that its tokens are revoked: nobody can use them.',
    next: 'Delete the file yourself.',
    ...(detail === null ? {} : { detail }),
  };
}

function tokens(count: number): string {
  return count === 1 ? 'one token' : `${count} tokens`;
}
