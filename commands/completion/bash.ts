import type { CommandSpec, OptionSpec, Spec, Values } from './spec.ts'

/** The completion script for bash. It works in bash 3.2, the version of macOS, and later. */
export function bashScript({ program, prefix, commands, common }: Spec): string {
  const typed = program.join(' ')
  return `# Completion of ${typed} in bash. In ~/.bashrc: source <(${typed} completion bash)
${prefix}() {
  local skip=${program.length} word previous command='' i values='' options
  local cur="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  # Other command lines of the program are completed as usual.
  if [ "$COMP_CWORD" -lt "$skip" ]${program
    .slice(1)
    .map((word, index) => ` || [ "\${COMP_WORDS[${index + 1}]}" != ${word} ]`)
    .join('')}; then
    compopt -o default 2>/dev/null
    return
  fi
  previous="\${COMP_WORDS[COMP_CWORD-1]}"
  # bash splits --group=x into three words.
  [ "$cur" = = ] && { previous="\${COMP_WORDS[COMP_CWORD-1]}"; cur=''; }
  [ "$previous" = = ] && previous="\${COMP_WORDS[COMP_CWORD-2]}"
  for ((i = skip; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in
      ${patterns(common.filter(({ values }) => values))}) ((i++)); [ "\${COMP_WORDS[i]}" = = ] && ((i++)) ;;
      -*) ;;
      *) command="$word"; break ;;
    esac
  done
  case "$command" in
${commands.map((command) => commandCase(command)).join('\n')}
    *) options=''; values='' ;;
  esac
  case "$command $previous" in
${optionCases(commands, common)}
    *) [ -z "$command" ] && values='${words(commands.flatMap(({ name, aliases }) => [name, ...aliases]))}' ;;
  esac
  case "$cur" in
    -*) values="$options ${words(common.flatMap(({ flags }) => flags))}" ;;
  esac
  case "$values" in
    @files) compopt -o filenames 2>/dev/null; values=''; COMPREPLY=($(compgen -f -- "$cur")) ;;
    @folders) compopt -o filenames 2>/dev/null; values=''; COMPREPLY=($(compgen -d -- "$cur")) ;;
    @names | @signals | @groups) values="$("\${COMP_WORDS[@]:0:skip}" completion "\${values#@}" 2>/dev/null)" ;;
    @counts)
      compopt -o nospace 2>/dev/null
      values="$("\${COMP_WORDS[@]:0:skip}" completion names 2>/dev/null | sed 's/$/=/')" ;;
    @anything) values='' ;;
  esac
  [ -n "$values" ] && COMPREPLY=($(compgen -W "$values" -- "$cur"))
}
complete -F ${prefix} ${program[0]}`
}

function commandCase({ name, aliases, options, values }: CommandSpec): string {
  const names = words(options.flatMap(({ flags }) => flags))
  return `    ${[name, ...aliases].join(' | ')}) options='${names}'; values='${valuesOf(values)}' ;;`
}

/** The values that may follow an option, by command and option. */
function optionCases(commands: CommandSpec[], common: OptionSpec[]): string {
  const own = commands.flatMap(({ name, aliases, options }) =>
    options
      .filter(({ values }) => values)
      .map(({ flags, values }) => {
        const pattern = [name, ...aliases].flatMap((word) => flags.map((flag) => `"${word} ${flag}"`)).join(' | ')
        return `    ${pattern}) values='${valuesOf(values)}' ;;`
      }),
  )
  const everywhere = common
    .filter(({ values }) => values)
    .map(
      ({ flags, values }) => `    ${flags.map((flag) => `*" ${flag}"`).join(' | ')}) values='${valuesOf(values)}' ;;`,
    )
  return [...own, ...everywhere].join('\n')
}

function valuesOf(values: Values | undefined): string {
  if (values === undefined) return ''
  return typeof values === 'string' ? `@${values}` : words(values)
}

function patterns(options: OptionSpec[]): string {
  return options.flatMap(({ flags }) => flags).join(' | ')
}

function words(list: readonly string[]): string {
  return list.join(' ')
}
