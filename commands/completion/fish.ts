import type { OptionSpec, Spec, Values } from './spec.ts'

/** The completion script for fish. */
export function fishScript({ program, prefix, commands, common }: Spec): string {
  const [name = '', ...before] = program
  const typed = program.join(' ')
  const withValue = common.filter(({ values }) => values).flatMap(({ flags }) => flags)
  const line = (condition: string, rest: string) => `complete -c ${name} -n ${quoted(condition)} ${rest}`
  const option = (condition: string, { flags, summary, values }: OptionSpec) =>
    line(
      condition,
      [...flags.map(flagArgument), valueArgument(values, prefix), `-d ${quoted(summary)}`].filter(Boolean).join(' '),
    )
  return `# Completion of ${typed} in fish. In ~/.config/fish/config.fish: ${typed} completion fish | source
# Prints the command on the line; fails if the line is not for this program.
function ${prefix}_command
    set -l words (commandline -opc)
    set -e words[1]
${before.map((word) => `    test "$words[1]" = ${word}; or return 1\n    set -e words[1]\n`).join('')}    set -l skip 0
    for word in $words
        if test $skip = 1
            set skip 0
        else if contains -- $word ${withValue.join(' ')}
            set skip 1
        else if not string match -q -- '-*' $word
            echo $word
            return
        end
    end
end
function ${prefix}_none
    set -l command (${prefix}_command); and test -z "$command"
end
function ${prefix}_in
    set -l command (${prefix}_command); and contains -- "$command" $argv
end
function ${prefix}_here
    ${prefix}_command >/dev/null
end
function ${prefix}_ask
    set -l words (commandline -opc)
    $words[1..${program.length}] completion $argv 2>/dev/null
end
${line(`${prefix}_here`, '-f')}
${commands.map((command) => [command.name, ...command.aliases].map((word) => line(`${prefix}_none`, `-f -a ${word} -d ${quoted(command.summary)}`)).join('\n')).join('\n')}
${common.map((each) => option(`${prefix}_here`, each)).join('\n')}
${commands
  .flatMap((command) => {
    const condition = `${prefix}_in ${[command.name, ...command.aliases].join(' ')}`
    const values = argumentOf(command.values, prefix)
    return [...command.options.map((each) => option(condition, each)), ...(values ? [line(condition, values)] : [])]
  })
  .join('\n')}`
}

function flagArgument(flag: string): string {
  return flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`
}

function valueArgument(values: Values | undefined, prefix: string): string {
  if (values === undefined) return ''
  if (typeof values !== 'string') return `-x -a '${values.join(' ')}'`
  if (values === 'files') return '-r -F'
  if (values === 'folders') return "-x -a '(__fish_complete_directories)'"
  return values === 'anything' ? '-x' : `-x -a '(${prefix}_ask ${values})'`
}

function argumentOf(values: Values | undefined, prefix: string): string {
  if (values === undefined || values === 'anything') return ''
  if (typeof values !== 'string') return `-f -a '${values.join(' ')}'`
  if (values === 'files') return '-F'
  if (values === 'counts') return `-f -a '(${prefix}_ask names)='`
  return `-f -a '(${prefix}_ask ${values})'`
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
