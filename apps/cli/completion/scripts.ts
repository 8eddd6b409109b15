/**
 * Completion scripts. Each only asks the program itself (`wfhost __complete WORDS...`), which answers from the command
 * table: a first line `none`, `file` or `directory`, then one candidate a line.
 */

const bash = `# bash completion of wfhost
_wfhost() {
  local cur words cword
  if declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref -n '=:' cur words cword
  else
    cur="\${COMP_WORDS[COMP_CWORD]}" words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
  fi
  local answer
  answer="$(wfhost __complete "\${words[@]:1:cword}" 2>/dev/null)" || return
  local kind="\${answer%%$'\\n'*}"
  COMPREPLY=()
  case "$kind" in
    file) compopt -o default 2>/dev/null; return ;;
    directory) compopt -o dirnames 2>/dev/null; return ;;
  esac
  local word
  while IFS= read -r word; do
    [[ -n "$word" ]] && COMPREPLY+=("$word")
  done <<<"\${answer#*$'\\n'}"
  [[ "$answer" == *$'\\n'* ]] || COMPREPLY=()
}
complete -F _wfhost wfhost
`;

const zsh = `#compdef wfhost
_wfhost() {
  local -a answer
  answer=("\${(@f)$(wfhost __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  case "$answer[1]" in
    file) _files ;;
    directory) _files -/ ;;
    *) compadd -- "\${(@)answer[2,-1]}" ;;
  esac
}
compdef _wfhost wfhost
`;

const fish = `# fish completion of wfhost
function __wfhost_complete
    set -l answer (wfhost __complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)
    switch "$answer[1]"
        case file
            __fish_complete_path (commandline -ct)
        case directory
            __fish_complete_directories (commandline -ct)
        case '*'
            printf '%s\\n' $answer[2..-1]
    end
end
complete -c wfhost -f -a '(__wfhost_complete)'
`;

const powershell = `# PowerShell completion of wfhost
Register-ArgumentCompleter -Native -CommandName wfhost -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
    $answer = @(wfhost __complete @words "$wordToComplete" 2>$null)
    if ($answer[0] -ne 'none') { return }
    $answer | Select-Object -Skip 1 | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
`;

/** By shell. */
export const completionScripts = { bash, zsh, fish, powershell } as const;
