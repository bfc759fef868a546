import { resolve } from 'node:path';
import { exitCode } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { askToEnd, foundText, outcomeText, type FileAnswer } from '../import/words.ts';
import { json, records, text, texts } from '../output.ts';
import type { Command, Context } from '../types.ts';

const PATH = '/v1/imports';

export const command: Command = {
  name: 'import',
  summary: 'take in the token files of globus-cli and the Globus SDK, or end them',
  arguments: [
    {
      name: 'file',
      help: 'a token file; without one those at the usual places',
      required: false,
      completes: 'file',
    },
  ],
  options: {
    adopt: { type: 'boolean', help: 'take them in: into the vault, or onto the list for one sign-in' },
    remove: { type: 'boolean', help: 'revoke every token in them at Globus, then delete them' },
    client: {
      type: 'string',
      value: '<uuid>',
      help: 'the client that the tokens were issued to, where the file does not say',
      completes: 'none',
    },
    yes: { type: 'boolean', short: 'y', help: 'with --remove: ask nothing' },
  },
  details: [
    'globus-cli and the Globus SDK keep refresh tokens in plain files. Without an option this lists them, and what ' +
      'they hold; no token is shown.',
    'A refresh token works only with the client that it was issued to. What was issued to your own client ID is ' +
      'adopted: renewed once, and kept in the vault. The scopes of everything else are put on the list, and one ' +
      'sign-in gets them (exit code 6 until then): globus-token login.',
    '--remove revokes every token of a file, and deletes it only after Globus has confirmed all of them; globus-cli, ' +
      'or whatever made the file, then has to sign in again. What was adopted stays alive. It asks first; without a ' +
      'terminal it needs --yes.',
  ],
  examples: [
    ['globus-token import', 'what is there'],
    ['globus-token import --adopt', 'take it in'],
    ['globus-token import ~/.globus/cli/storage.db --remove', 'end the sign-in of globus-cli'],
  ],
  exits: [
    ...(['no-agent', 'denied', 'locked', 'network', 'needs-sign-in', 'not-kept', 'needs-terminal'] as const),
    ...([
      'busy',
      'no-keychain',
      'no-keyring',
      'keychain-locked',
      'keychain-slow',
      'keychain-denied',
    ] as const),
  ],
  async run(context, { positionals: [file], options }) {
    const { adopt = false, remove = false, client, yes = false } = options;
    const named = file === undefined ? null : resolve(file);
    const found = records(
      await context.client.ask({
        method: 'GET',
        path: PATH,
        ...(named === null ? {} : { query: { file: named } }),
      }),
    );
    if (adopt !== true && remove !== true) {
      if (context.json) context.out(json(found));
      else foundText(context, found);
      return 0;
    }
    const wish = typeof client === 'string' ? { client_id: client } : {};
    // One that cannot be read is refused by name, and passed over among others.
    const files = named === null ? found.filter(({ problem }) => problem === null) : found;
    if (files.length === 0) context.err('No token file was found, so nothing was done.\n');
    const done: FileAnswer[] = [];
    try {
      for (const one of files) {
        const path = text(one, 'path');
        const answer: FileAnswer = { file: path };
        done.push(answer);
        if (adopt === true) {
          answer.adopted = await context.client.ask({
            method: 'POST',
            path: PATH,
            body: { file: path, ...wish },
          });
        }
        if (remove === true && needsSignIn(answer)) answer.left = 'needs-sign-in';
        else if (remove === true && (yes === true || (await askToEnd(confirming(context), one)))) {
          answer.removed = await context.client.ask({
            method: 'DELETE',
            path: PATH,
            query: { file: path, ...wish },
          });
        } else if (remove === true) answer.left = 'not-confirmed';
        if (!context.json) context.err(outcomeText(answer));
      }
    } finally {
      // What was done before one was refused, too.
      if (context.json) context.out(json(done));
    }
    return done.some(needsSignIn) ? exitCode('needs-sign-in') : 0;
  },
};

/** What the sign-in is for would be gone with the file; it comes first. */
function needsSignIn({ adopted }: FileAnswer): boolean {
  return texts(records([adopted])[0] ?? {}, 'sign_in').length > 0;
}

function confirming(context: Context) {
  const person = context.person();
  if (person !== null) return person;
  throw new Failure(
    'needs-terminal',
    'To end a token file takes a yes, and there is no terminal to ask at. Nothing was ended.',
    'Say it in advance: globus-token import <file> --remove --yes',
  );
}
