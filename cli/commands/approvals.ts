import { askAll, give, pending, printAll } from '../approvals/ask-all.ts';
import { ANSWERS } from '../approvals/question.ts';
import { revokeRule, showRules } from '../approvals/rules.ts';
import { Failure } from '../failure.ts';
import { json } from '../output.ts';
import type { Command, Context, Input } from '../types.ts';

export const command: Command = {
  name: 'approvals',
  summary: 'answer the questions that wait, and see or revoke rules',
  arguments: [],
  options: {
    list: { type: 'boolean', help: 'print what waits and ask nothing' },
    watch: { type: 'boolean', help: 'go on with new questions as they come, until Ctrl-C' },
    answer: {
      type: 'string',
      value: '<id>=<answer>',
      help: `answer one: ${ANSWERS.join(', ')}`,
      completes: 'none',
      multiple: true,
    },
    rules: { type: 'boolean', help: 'print the rules that allow or deny without a question' },
    revoke: { type: 'string', value: '<rule>', help: 'revoke a rule by its ID', completes: 'rule' },
  },
  details: [
    'An agent without a window keeps a question open until somebody answers it here. Each is shown as a prompt ' +
      'window would show it: what is asking, for which scope and account. What the program says of itself is ' +
      'marked as claimed or unverified.',
    'To answer takes a person at a terminal, so that no script can allow itself anything. To look does not.',
  ],
  examples: [
    ['globus-token approvals', 'shows what waits, one by one, and asks for an answer'],
    ['globus-token approvals --watch', 'stays and asks about new ones'],
    ['globus-token approvals --answer q-1f3a=hour', 'answers one of them'],
    ['globus-token approvals --rules', 'what is allowed or denied already'],
    ['globus-token approvals --revoke r-1f3a', 'takes one of those back'],
  ],
  exits: ['no-agent', 'locked', 'denied', 'not-kept', 'needs-terminal', 'busy'],
  async run(context, { options }) {
    checkTogether(context, options);
    const { revoke, answer } = options;
    if (options['rules'] === true) await showRules(context);
    else if (typeof revoke === 'string') await revokeRule(context, revoke);
    else if (Array.isArray(answer)) await answerEach(context, answer);
    else if (options['list'] === true) await list(context, options['watch'] === true);
    else await interactive(context, options['watch'] === true);
    return 0;
  },
};

async function list(context: Context, watch: boolean): Promise<void> {
  if (context.json) context.out(json(await pending(context)));
  else await printAll(context, watch);
}

async function interactive(context: Context, watch: boolean): Promise<void> {
  if (context.json) return context.out(json(await pending(context)));
  const person = context.person();
  if (person === null) throw NEEDS_TERMINAL();
  await askAll(context, person, watch);
}

/** All are understood before the first is given. */
async function answerEach(context: Context, given: readonly string[]): Promise<void> {
  const answers = given.map((one) => {
    const [, id = '', answer = ''] = /^([^=]+)=(.+)$/.exec(one) ?? [];
    if (!ANSWERS.includes(answer)) {
      throw new Failure(
        'usage',
        `--answer takes <id>=<answer>, not ${JSON.stringify(one)}`,
        `The answers are ${ANSWERS.join(', ')}`,
      );
    }
    return { id, answer };
  });
  let left: unknown = [];
  for (const { id, answer } of answers) left = await give(context, id, answer);
  if (context.json) context.out(json(left));
  else context.err(answers.length === 1 ? 'Answered.\n' : `Answered ${answers.length} questions.\n`);
}

function checkTogether(context: Context, options: Input['options']): void {
  const one = ['rules', 'revoke', 'answer', 'list'].filter((name) => options[name] !== undefined);
  const [first, second] = one.includes('list') || options['watch'] !== true ? one : [...one, 'watch'];
  if (first !== undefined && second !== undefined) {
    throw new Failure(
      'usage',
      `--${first} and --${second} exclude each other`,
      'globus-token approvals --help',
    );
  }
  if (context.json && options['watch'] === true) {
    throw new Failure('usage', '--watch has no end, so it cannot be one JSON document', 'Leave out --watch');
  }
}

const NEEDS_TERMINAL = () =>
  new Failure(
    'needs-terminal',
    'To answer takes a person, and there is no terminal here to ask one. Nothing was answered.',
    'Only look: globus-token approvals --list',
    'needs-terminal',
  );
