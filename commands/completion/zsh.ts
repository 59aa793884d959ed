import type { CommandSpec, OptionSpec, Spec, Values } from './spec.ts'

/** The completion script for zsh. */
export function zshScript({ program, prefix, commands, common }: Spec): string {
  const typed = program.join(' ')
  const commonValues = valueCases(common, "*' %'")
  return `#compdef ${program[0]}
# Completion of ${typed} in zsh. In ~/.zshrc, after compinit: source <(${typed} completion zsh)
${prefix}() {
  local skip=${program.length} command='' previous kind='' i
  local -a options choices
  # Other command lines of the program are completed as usual.
  if (( CURRENT <= skip ))${program
    .slice(1)
    .map((word, index) => ` || [[ \${words[${index + 2}]} != ${word} ]]`)
    .join('')}; then
    _files
    return
  fi
  for (( i = skip + 1; i < CURRENT; i++ )); do
    case \${words[i]} in
      (${common
        .filter(({ values }) => values)
        .flatMap(({ flags }) => flags)
        .join('|')}) (( i++ )) ;;
      (-*) ;;
      (*) command=\${words[i]}; break ;;
    esac
  done
  previous=\${words[CURRENT-1]}
  if [[ $PREFIX == --*=* ]]; then
    previous=\${PREFIX%%=*}
    compset -P 1 '*='
  fi
  case $command in
${commands.map(commandCase).join('\n')}
  esac
  case "$command $previous" in
${[...commands.flatMap(({ name, aliases, options: own }) => [name, ...aliases].map((word) => valueCases(own, `'${word} %'`))), commonValues].filter(Boolean).join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    options+=(${common.flatMap(describe).join(' ')})
    _describe -o option options
    return
  fi
  if [[ -z $command && -z $kind ]]; then
    choices=(${commands.flatMap(({ name, aliases, summary }) => [name, ...aliases].map((word) => described(word, summary))).join(' ')})
    _describe command choices
    return
  fi
  case $kind in
    (files) _files ;;
    (folders) _files -/ ;;
    (names|signals|groups) compadd -- \${(f)"$("\${(@)words[1,skip]}" completion $kind 2>/dev/null)"} ;;
    (counts) compadd -S = -- \${(f)"$("\${(@)words[1,skip]}" completion names 2>/dev/null)"} ;;
    (words) compadd -- $choices ;;
  esac
}
compdef ${prefix} ${program[0]}`
}

function commandCase({ name, aliases, options, values }: CommandSpec): string {
  return `    (${[name, ...aliases].join('|')}) options=(${options.flatMap(describe).join(' ')})${assignment(values)} ;;`
}

function valueCases(options: OptionSpec[], pattern: string): string {
  return options
    .filter(({ values }) => values)
    .flatMap(({ flags, values }) => flags.map((flag) => `    (${pattern.replace('%', flag)})${assignment(values)} ;;`))
    .join('\n')
}

function assignment(values: Values | undefined): string {
  if (values === undefined) return ''
  return typeof values === 'string' ? ` kind=${values}` : ` kind=words; choices=(${values.join(' ')})`
}

function describe({ flags, summary }: OptionSpec): string[] {
  return flags.map((flag) => described(flag, summary))
}

/** A word and its description. `_describe` treats a colon as the end of the word, so others are escaped. */
function described(word: string, summary: string): string {
  return `'${word}:${summary.replaceAll("'", "'\\''").replaceAll(':', '\\:')}'`
}
