import type { Entry } from './types.ts';

export const entries: readonly Entry[] = [
  {
    number: 48,
    breaks: [
      {
        file: 'main/broker/token-answer.ts',
        from: "if (account === null && !tokens.setUp) return refused('not-set-up', { scope });",
        to: '',
        test: 'test/cli/agent.test.ts',
        title: '[C48] a new agent has no client ID',
        seen: '2026-11-29',
      },
      {
        file: 'main/host/manage/forecast.ts',
        from: "clientId === null ? 'not-set-up' : 'needs-sign-in'",
        to: "clientId === '' ? 'not-set-up' : 'needs-sign-in'",
        test: 'test/cli/agent.test.ts',
        title: '[C48] a new agent has no client ID',
        seen: '2026-11-29',
      },
      {
        file: 'cli/token-query.ts',
        from: "'denied', 'not-set-up', 'needs-sign-in'",
        to: "'denied', 'needs-sign-in'",
        test: 'test/cli/reference/document.test.ts',
        title: '[C48] names every exit code that its route can refuse a token with',
        seen: '2026-11-29',
      },
      {
        file: 'cli/login/vault.ts',
        from: "    'locked',\n    'The passphrase file",
        to: "    'keychain-locked',\n    'The passphrase file",
        test: 'test/cli/unlock.test.ts',
        title: '[C48] is what the agent wants after a restart',
        seen: '2026-11-29',
      },
      {
        file: 'cli/exit-codes.ts',
        from: 'network: { code: 8,',
        to: 'network: { code: 7,',
        test: 'test/cli/reference/document.test.ts',
        title: '[C48] no two failures share a code',
        seen: '2026-11-29',
      },
      {
        file: 'cli/exit-codes.ts',
        from: "means: 'the app is locked, or its passphrase file' },",
        to: "means: 'nothing to get' },",
        test: 'test/cli/reference/document.test.ts',
        title: '[C48] has every exit code with its meaning, and no other',
        seen: '2026-11-29',
      },
      {
        file: 'cli/run.ts',
        from: 'host.err(json ? failure.json() : failure.text());',
        to: 'host.out(json ? failure.json() : failure.text());',
        test: 'test/cli/globus-token.test.ts',
        title: '[C48] refuses in JSON under --json',
        seen: '2026-11-29',
      },
      {
        file: 'cli/run.ts',
        from: 'host.out(isHelp ? overview()',
        to: 'host.err(isHelp ? overview()',
        test: 'test/cli/globus-token.test.ts',
        title: '[C48] lists every command on stdout for --help',
        seen: '2026-11-29',
      },
      {
        file: 'cli/run.ts',
        from: `    return failure.code;
  }
}

async function runCommand`,
        to: `    return json ? 1 : failure.code;
  }
}

async function runCommand`,
        test: 'test/cli/as-one.test.ts',
        title: '[C48] has the same codes under --json',
        seen: '2026-11-29',
      },
      {
        file: 'cli/commands/get.ts',
        from: 'context.out(',
        to: 'context.err(',
        test: 'test/cli/commands.test.ts',
        title: '[C48] get and header',
        seen: '2026-11-29',
      },
      {
        file: 'cli/launcher/globus-token.sh',
        from: 'say "globus-token: $2" >&2',
        to: 'say "globus-token: $2"',
        test: 'test/cli/as-one.test.ts',
        title: '[C48] ends with its own code for locked',
        seen: '2026-11-29',
      },
      {
        file: 'cli/launcher/globus-token.sh',
        from: `locked) gt_code=4 ;;
    needs`,
        to: `locked) gt_code=5 ;;
    needs`,
        test: 'test/cli/as-one.test.ts',
        title: '[C48] ends with its own code for locked',
        seen: '2026-11-29',
      },
      {
        file: 'cli/launcher/globus-token.sh',
        from: 'needs-sign-in | login-failed) gt_code=6',
        to: 'needs-sign-in | login-failed) gt_code=7',
        test: 'test/cli/as-one.test.ts',
        title: '[C48] ends with its own code for needs-sign-in',
        seen: '2026-11-29',
      },
      {
        file: 'cli/launcher/globus-token.sh',
        from: 'unreachable) gt_code=8 ;;',
        to: 'unreachable) gt_code=1 ;;',
        test: 'test/cli/as-one.test.ts',
        title: '[C48] ends with its own code for unreachable',
        seen: '2026-11-29',
      },
      {
        file: 'cli/reasons.ts',
        from: `'expires-too-soon': 'expires-too-soon',`,
        to: `'expires-too-soon': 'failed',`,
        test: 'test/cli/commands.test.ts',
        title: '[C48] get, where there is nothing to get',
        seen: '2026-11-29',
      },
      {
        file: 'cli/reasons.ts',
        from: `unreachable: 'network',`,
        to: `unreachable: 'failed',`,
        test: 'test/cli/commands.test.ts',
        title: '[C48] get without the network ends with its own code',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 49,
    breaks: [
      {
        file: 'main/broker/approvals/gate.ts',
        from: 'if (question.wait === 0) return NOBODY_ASKED;',
        to: 'if (question.wait === -1) return NOBODY_ASKED;',
        test: 'test/main/broker/approvals/gate.test.ts',
        title: '[C49] with no time at all nobody is asked, and nothing cools down',
        seen: '2026-11-29',
      },
      {
        file: 'cli/client.ts',
        from: 'const PATIENCE_MS = 900;',
        to: 'const PATIENCE_MS = 3_000;',
        test: 'test/cli/as-one.test.ts',
        title: 'globus-token as Node [C49] ends within 2 s when the agent takes the connection and is silent',
        seen: '2026-11-29',
      },
      {
        file: 'cli/launcher/globus-token.sh',
        from: `  gt_patience=0.9
`,
        to: `  gt_patience=3
`,
        test: 'test/cli/as-one.test.ts',
        title:
          'globus-token as the launcher [C49] ends within 2 s when the agent takes the connection and is silent',
        seen: '2026-11-29',
      },
      {
        file: 'cli/wait.ts',
        from: 'return context.person() === null ? 0 : undefined;',
        to: 'return undefined;',
        test: 'test/cli/as-one.test.ts',
        title: '[C49] gives a person the time that --wait or GLOBUS_TOKEN_WAIT says, and none without',
        seen: '2026-11-29',
      },
      {
        file: 'cli/person.ts',
        from: `    fd = fs.openSync('/dev/tty', 'r+');
  } catch`,
        to: `    fd = fs.openSync('/dev/null', 'r+');
  } catch`,
        test: 'test/cli/unlock.test.ts',
        title: 'asks nobody without a terminal [C49]',
        seen: '2026-11-29',
      },
      {
        file: 'cli/run.ts',
        from: `      host.err(overview());
      return new Failure('usage', '').code;
`,
        to: `      for await (const _ of process.stdin) host.err(overview());
      return new Failure('usage', '').code;
`,
        test: 'test/cli/globus-token.test.ts',
        title: '[C49] without words prints its help on stderr and does not wait for anyone',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 50,
    breaks: [
      {
        file: 'cli/child/process-table.ts',
        from: "'pgid=,tpgid='",
        to: "'pgid,tpgid'",
        test: 'test/cli/exec/process-table.test.ts',
        title: 'on macOS, asked of ps: the foreground group of its terminal [C50]',
        seen: '2026-11-29',
      },
      {
        file: 'cli/child/process-table.ts',
        from: '.trim()',
        to: '',
        test: 'test/cli/exec/process-table.test.ts',
        title: 'on macOS, asked of ps: the foreground group of its terminal [C50]',
        seen: '2026-11-29',
      },
      {
        file: 'cli/child/process-table.ts',
        from: 'return [fields[2], fields[5]];',
        to: 'return [fields[2], fields[4]];',
        test: 'test/cli/exec/process-table.test.ts',
        title: 'the ps that is here answers that very question as /proc does [C50]',
        seen: '2026-11-29',
      },
      {
        file: 'cli/exec/run.ts',
        from: 'pump(from, new Masker(automaton), to)',
        to: "pump(from, new Masker(automatonOf(['none of them'])), to)",
        test: 'test/cli/exec/exec.test.ts',
        title: 'shows no token on stdout or stderr, in no common form [C50]',
        seen: '2026-11-29',
      },
      {
        file: 'cli/exec/run.ts',
        from: 'resolve(signal === null ? ',
        to: 'resolve(signal === null && code === 0 ? ',
        test: 'test/cli/exec/ends.test.ts',
        title: 'with the exit code of the program: 7 [C50]',
        seen: '2026-11-29',
      },
      {
        file: 'cli/exec/run.ts',
        from: 'passSignals((signal) => void child.kill(signal), request.platform)',
        to: 'passSignals(() => undefined)',
        test: 'test/cli/exec/ends.test.ts',
        title: 'only with the program, which gets the signal: SIGTERM [C50]',
        seen: '2026-11-29',
      },
      {
        file: 'cli/exec/run.ts',
        from: 'const child = spawn(program, args, {',
        to: 'const child = spawn(program, [...args, ...tokens.values()], {',
        test: 'test/cli/exec/exec.test.ts',
        title: 'only the program and what it starts have the token, and no file does [C50]',
        seen: '2026-11-29',
      },
      {
        file: 'cli/exec/run.ts',
        from: `[errors, stderr],
`,
        to: `[null, stderr],
`,
        test: 'test/cli/exec/exec.test.ts',
        title: 'shows no token on stdout or stderr, in no common form [C50]',
        seen: '2026-11-29',
      },
      {
        file: 'cli/exec/run.ts',
        from: 'process.kill(process.pid, signal);',
        to: 'process.exitCode = codeOfSignal(signal);',
        test: 'test/cli/exec/ends.test.ts',
        title: 'by the signal that ended the program: SIGTERM [C50]',
        seen: '2026-11-29',
      },
      {
        file: 'cli/exec/run.ts',
        from: "(pipes?.map(({ writeEnd }) => writeEnd) ?? ['pipe', 'pipe'])",
        to: "(pipes?.map(({ writeEnd }) => writeEnd) ?? ['inherit', 'inherit'])",
        test: 'test/cli/exec/run.test.ts',
        title: 'through the pipes of win32 the output is masked and the exit code is the program’s [C50]',
        seen: '2026-11-29',
      },
      {
        file: 'cli/exec/run.ts',
        from: '?? [child.stdout, child.stderr];',
        to: '?? [child.stdout, null];',
        test: 'test/cli/exec/run.test.ts',
        title: 'through the pipes of win32 the output is masked and the exit code is the program’s [C50]',
        seen: '2026-11-29',
      },
    ],
    elsewhere: [
      {
        systems: ['macOS'],
        why: 'there is no /proc there: ps(1) says whether the terminal has sent its signal to the program already',
        seam: 'on macOS, asked of ps: the foreground group of its terminal [C50]',
      },
      {
        systems: ['Windows'],
        why: 'without FIFOs the output of the program comes through pipes of Node’s own there',
        seam: 'through the pipes of win32 the output is masked and the exit code is the program’s [C50]',
      },
    ],
  },
  {
    number: 51,
    breaks: [
      {
        file: 'main/broker/forwarded.ts',
        from: "...['GET /v1/check', 'GET /v1/snippet', 'GET /v1/openapi.json'],",
        to: "...['GET /v1/snippet', 'GET /v1/openapi.json'],",
        test: 'test/main/host/forwards.test.ts',
        title: '[C51] tell whether a token will last',
        seen: '2026-11-29',
      },
      {
        file: 'cli/client.ts',
        from: 'if (!absent || !(await this.#parts.start(path))) throw',
        to: `if (!absent || path !== '') throw`,
        test: 'test/cli/agent.test.ts',
        title: '[C51] a command that finds no agent starts one from the shell launcher too',
        seen: '2026-11-29',
      },
      {
        file: 'cli/client.ts',
        from: `'Start the app, or: globus-token agent');
}`,
        to: `'Start it');
}`,
        test: 'test/cli/as-one.test.ts',
        title: '[C51] names the agent to start when nothing was ever there',
        seen: '2026-11-29',
      },
      {
        file: 'main/broker/forwarded.ts',
        from: `'GET /v1/snippet', 'GET /v1/openapi.json'],`,
        to: `'GET /v1/openapi.json'],`,
        test: 'test/cli/forwarded.test.ts',
        title: '[C51] over a forwarded socket, by Node status, scopes, check and snippet are answered',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/desktop.ts',
        from: `      app.on('window-all-closed', () => {});
`,
        to: '',
        test: 'test/e2e/broker.test.ts',
        title: '[C51] answers get, curl, check and status while its window is closed',
        seen: '2026-11-29',
      },
      {
        file: 'cli/commands/check.ts',
        from: "await context.client.ask({ method: 'GET', path: '/v1/check', query })",
        to: "await context.client.ask({ method: 'GET', path: '/v1/check', query }).catch(() => ({ answer: 'unknown', why: 'nobody was asked' }))",
        test: 'test/cli/commands.test.ts',
        title: '[C51] everything else asks the same agent, and says so when there is none',
        seen: '2026-11-29',
      },
      {
        file: 'main/broker/forwarded.ts',
        from: "const ABOUT_SCOPE: readonly string[] = ['GET /v1/check', 'GET /v1/snippet'];",
        to: "const ABOUT_SCOPE: readonly string[] = ['GET /v1/snippet'];",
        test: 'test/main/host/forwards.test.ts',
        title: '[C51] tell whether a token will last',
        seen: '2026-11-29',
      },
      {
        file: 'main/broker/forwarded.ts',
        from: "...['GET /v1/check', 'GET /v1/snippet', 'GET /v1/openapi.json'],",
        to: "...['GET /v1/snippet', 'GET /v1/openapi.json'],",
        test: 'test/cli/forwarded.test.ts',
        title:
          '[C51] over a forwarded socket, by the launcher status, scopes, check and snippet are answered',
        seen: '2026-11-29',
      },
      {
        file: 'cli/curl/target.ts',
        from: "if (target.startsWith('/')) return usual + target;",
        to: '',
        test: 'test/cli/forward/forward.test.ts',
        title: '[C51] status, check and curl work there, as at home',
        seen: '2026-11-29',
      },
      {
        file: 'cli/commands/curl.ts',
        from: `    const program = await findCurl(context.env);
`,
        to: `    const program = await findCurl(context.env);
    await context.client.ask({ method: 'GET', path: '/v1/status' }).catch(() => process.exit(1));
`,
        test: 'test/cli/commands.test.ts',
        title: '[C51] everything else asks the same agent, and says so when there is none',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 52,
    breaks: [
      {
        file: 'electron-builder.yml',
        from: 'dist/cli/completion/zsh=/usr/share/zsh/vendor-completions/_globus-token',
        to: 'dist/cli/completion/zsh=/usr/share/zsh/functions/_globus-token',
        test: 'test/e2e/installers.test.ts',
        title: '[C52] put the app into the menu',
        seen: '2026-11-29',
      },
      {
        file: 'cli/completion/candidates.ts',
        from: '...(await parts.values(what))]',
        to: ']',
        test: 'test/cli/completion/candidates.test.ts',
        title: '[C52] ["check","vi"] offers ["view_flows"]',
        seen: '2026-11-29',
      },
      {
        file: 'cli/completion/scripts.ts',
        from: 'globus-token __complete -- "\\${words[@]:1}" 2>/dev/null',
        to: 'globus-token __complete -- get 2>/dev/null',
        test: 'test/cli/completion/shells.test.ts',
        title: '[C52] bash offers them, after an equals sign too',
        seen: '2026-11-29',
      },
      {
        file: 'cli/completion/scripts.ts',
        from: 'COMPREPLY+=("\\${word#"$prefix"}")',
        to: 'COMPREPLY+=("\\${word}")',
        test: 'test/cli/completion/shells.test.ts',
        title: '[C52] bash offers them, after an equals sign too',
        seen: '2026-11-29',
      },
      {
        file: 'cli/completion/scripts.ts',
        from: '"\\${(@)words[2,CURRENT]}"',
        to: '"\\${(@)words[1,CURRENT]}"',
        test: 'test/cli/completion/shells.test.ts',
        title: '[C52] zsh types the rest of the name',
        seen: '2026-11-29',
      },
      {
        file: 'cli/completion/scripts.ts',
        from: 'globus-token __complete -- $words[2..-1] (commandline -ct)',
        to: 'globus-token __complete -- $words (commandline -ct)',
        test: 'test/cli/completion/shells.test.ts',
        title: '[C52] fish offers them with their state',
        seen: '2026-11-29',
      },
      {
        file: 'cli/completion/scripts.ts',
        from: `& globus-token __complete '--' @words`,
        to: `& globus-token __complete '--' @answer`,
        test: 'test/cli/completion/shells.test.ts',
        title: '[C52] PowerShell’s script asks the same words',
        seen: '2026-11-29',
      },
      {
        file: 'cli/completion/answer.ts',
        from: `words.map((word) => (word === '""' ? '' : word))`,
        to: 'words.map((word) => word)',
        test: 'test/cli/completion/shells.test.ts',
        title: '[C52] PowerShell’s script asks the same words',
        seen: '2026-11-29',
      },
    ],
    elsewhere: [
      {
        systems: ['Windows'],
        why: 'no PowerShell runs here: what it registers and asks is held to its documentation',
        seam: '[C52] PowerShell’s script asks the same words',
      },
    ],
  },
];
