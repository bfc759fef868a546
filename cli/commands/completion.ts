import { COMPLETION_SCRIPTS, SHELLS } from '../completion/scripts.ts';
import { Failure } from '../failure.ts';
import type { Command } from '../types.ts';

export const command: Command = {
  name: 'completion',
  summary: 'print the completion script of a shell',
  arguments: [{ name: 'shell', help: 'bash, zsh, fish or powershell', required: true, choices: SHELLS }],
  options: {},
  details: [
    'The script asks globus-token at every Tab, so that it offers the scopes, flows and accounts that you ' +
      'keep now. It asks no one for a token and starts no agent.',
  ],
  examples: [
    ['eval "$(globus-token completion bash)"', 'in ~/.bashrc'],
    ['eval "$(globus-token completion zsh)"', 'in ~/.zshrc, after compinit'],
    ['globus-token completion fish | source', 'in ~/.config/fish/config.fish'],
    ['globus-token completion powershell | Out-String | Invoke-Expression', 'in $PROFILE'],
  ],
  exits: [],
  run(context, { positionals }) {
    const shell = SHELLS.find((name) => name === positionals[0]);
    if (shell === undefined) {
      const wrong = positionals[0] === undefined ? 'A shell is missing' : 'There is no script for that shell';
      throw new Failure(
        'usage',
        `${wrong}: bash, zsh, fish and powershell have one.`,
        'globus-token completion bash',
      );
    }
    const script = COMPLETION_SCRIPTS[shell];
    context.out(context.json ? `${JSON.stringify({ shell, script })}\n` : script);
    return Promise.resolve(0);
  },
};
