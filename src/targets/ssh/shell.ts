/** One word for a POSIX shell. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

/**
 * A command line that runs a script in `sh`, whichever shell reads it: sh, bash, zsh, fish or csh. They differ in what they do
 * within quotes, so that the script is written without any character that one of them treats in its own way.
 */
export function inAnyShell(script: string): string {
  const octal = (byte: number) => `\\0${byte.toString(8).padStart(3, '0')}`
  const plain = script.replace(/[^\w ./:=,@-]/gu, (char) => [...Buffer.from(char)].map(octal).join(''))
  return `exec sh -c 'eval "$(printf %b "${plain}")"'`
}

/**
 * A script that runs another one with the environment of a login, in which people put programs on their PATH. A csh takes no
 * command as a login shell.
 */
export function inLoginShell(script: string): string {
  const command = quoted(inAnyShell(script))
  return `case $SHELL in */csh | */tcsh | '') eval ${command} ;; *) exec "$SHELL" -l -c ${command} ;; esac`
}
