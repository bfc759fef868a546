import type { Problem } from '../../effects.ts';

const FINE = 'Your tokens are fine, and this version goes on working. Nothing was installed.';

/** @param detail plain text of the server or the system */
export function feedProblem(detail: string): Problem {
  return {
    reason: 'update-feed',
    title: 'The update server could not be asked',
    tokens: FINE,
    next: 'Look at your network, then press “Check now”; it is tried again by itself, too.',
    detail,
  };
}

export function unsignedProblem(): Problem {
  return {
    reason: 'update-unsigned',
    title: 'The update is not signed',
    tokens: `${FINE} Nothing was downloaded.`,
    next: 'Wait for the next release. If it stays so, tell us as SECURITY.md says.',
  };
}

export function wrongSignatureProblem(): Problem {
  return {
    reason: 'update-signature',
    title: 'The update’s signature is wrong',
    tokens: `${FINE} Nothing was downloaded.`,
    next: 'Do not install it by hand from there. Tell us as SECURITY.md says.',
    detail: 'The list of files is not what the holder of the release key signed.',
  };
}

/** Signed, and all the same nothing that this system can install. */
export function unfitProblem(detail: string): Problem {
  return {
    reason: 'update-unfit',
    title: 'The update does not fit this system',
    tokens: FINE,
    next: 'Look on the project’s page for a file that does.',
    detail,
  };
}

export function downloadProblem(detail: string): Problem {
  return {
    reason: 'update-download',
    title: 'The update could not be downloaded',
    tokens: FINE,
    next: 'Press “Check now” to try again.',
    detail,
  };
}

/** What came is not what was signed. */
export function tamperedProblem(): Problem {
  return {
    reason: 'update-tampered',
    title: 'The download is not what was signed',
    tokens: `${FINE} The file was deleted.`,
    next: 'Press “Check now” to try again. If it stays so, tell us as SECURITY.md says.',
  };
}

export function switchedOffProblem(): Problem {
  return {
    reason: 'update-off',
    title: 'This app does not look for updates now',
    tokens: 'Your tokens are fine.',
    next: 'Switch updates on in the settings, where there is a switch for them.',
  };
}

export function notReadyProblem(): Problem {
  return {
    reason: 'update-not-ready',
    title: 'There is no update to install',
    tokens: 'Your tokens are fine.',
    next: 'Press “Check now” in the settings.',
  };
}
