/** What `globus-token completion <shell>` prints: glue that asks `globus-token __complete` at every Tab. */
export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * Bash 3.2 and later. Its word breaks (`:` and `=`) cut `flow:<id>` and `--scope=x` apart, so the line is split
 * here again, and what stands before the last break is taken off the answers.
 */
const BASH = `# globus-token completion for bash; put this into ~/.bashrc:
#   eval "$(globus-token completion bash)"
_globus_token() {
  local line word current prefix
  local -a words
  IFS=' ' read -r -a words <<< "\${COMP_LINE:0:COMP_POINT}"
  case "\${COMP_LINE:0:COMP_POINT}" in *' ') words+=('') ;; esac
  current="\${words[\${#words[@]}-1]}"
  prefix="\${current%"\${current##*[:=]}"}"
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$line" = ':files' ]; then
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
      return
    fi
    word="\${line%%$'\\t'*}"
    COMPREPLY+=("\${word#"$prefix"}")
  done < <(globus-token __complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _globus_token globus-token
`;

const ZSH = `#compdef globus-token
# globus-token completion for zsh; put this into ~/.zshrc after compinit:
#   eval "$(globus-token completion zsh)"
_globus_token() {
  local line
  local -a lines described
  lines=("\${(@f)$(globus-token __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    if [[ $line == ':files' ]]; then
      _files
      return
    fi
    described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  (( $#described )) && _describe -t values 'globus-token' described
}
if [[ $funcstack[1] == _globus_token ]]; then
  _globus_token "$@"
else
  compdef _globus_token globus-token
fi
`;

const FISH = `# globus-token completion for fish; put this into ~/.config/fish/config.fish:
#   globus-token completion fish | source
function __globus_token_complete
  set -l words (commandline -opc)
  set -l answer (globus-token __complete -- $words[2..-1] (commandline -ct) 2>/dev/null)
  if test "$answer[1]" = ':files'
    __fish_complete_path (commandline -ct)
  else if test (count $answer) -gt 0
    printf '%s\\n' $answer
  end
end
complete -c globus-token -f -a '(__globus_token_complete)'
`;

const POWERSHELL = `# globus-token completion for PowerShell; put this into $PROFILE:
#   globus-token completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName @('globus-token', 'globus-token.cmd') -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  if ($wordToComplete -eq '') { $words += '""' }
  $answer = @(& globus-token __complete '--' @words 2>$null)
  if ($answer.Count -gt 0 -and $answer[0] -eq ':files') { return }
  foreach ($line in $answer) {
    $value, $help = $line -split "\`t", 2
    if (-not $help) { $help = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $help)
  }
}
`;

export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
  powershell: POWERSHELL,
};
