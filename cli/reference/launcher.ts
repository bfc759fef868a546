import { REASONS, VAULT_TROUBLES } from '../../main/broker/contract.ts';
import { EXIT_CODES, exitCode } from '../exit-codes.ts';
import { COMMON_OPTIONS } from '../parse.ts';
import { exitOf } from '../reasons.ts';
import { TOKEN_OPTIONS } from '../token-query.ts';

/** What the shell launcher shares with this program, as functions of a POSIX shell: made, so that it cannot drift. */
export function launcherTables(): string {
  const names = Object.entries(EXIT_CODES).map(([name, { code }]) => `    ${code}) gt_exit=${name} ;;\n`);
  const options = Object.entries({ ...TOKEN_OPTIONS, ...COMMON_OPTIONS });
  const placeholders = options.map(
    ([name, { type, value = '<value>' }]) =>
      `    --${name}) gt_value=${type === 'string' ? `'${value}'` : ''} ;;\n`,
  );
  return `# The name of an exit code.
exit_name() {
  case $1 in
${names.join('')}  esac
}

# The exit code of a refusal: its reason, and what is behind it.
exit_of() {
  case $1/$2 in
${refusals()}    *) gt_code=${exitCode(exitOf('', null))} ;;
  esac
}

gt_known='${options.map(([name]) => `${name} `).join('')}'

# What stands for an option's value, in gt_value; nothing: it takes none. False: there is no such option.
placeholder() {
  case $1 in
${placeholders.join('')}    *) return 1 ;;
  esac
}
`;
}

function refusals(): string {
  const line = (pattern: string, reason: string, trouble: string | null) =>
    `    ${pattern}) gt_code=${exitCode(exitOf(reason, trouble))} ;;\n`;
  const troubles = VAULT_TROUBLES.map((trouble) =>
    line(`vault-trouble/${trouble}`, 'vault-trouble', trouble),
  );
  const reasons = Object.keys(REASONS).map((reason) => line(`${reason}/*`, reason, null));
  return [...troubles, ...reasons].join('');
}
