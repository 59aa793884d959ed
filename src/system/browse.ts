import { spawn } from 'node:child_process'

/** Shows an address in the user's browser. Resolves to false if there is no program for that. */
export function browse(address: string): Promise<boolean> {
  const program = process.env.BROWSER || (process.platform === 'darwin' ? 'open' : 'xdg-open')
  return new Promise((resolve) => {
    const child = spawn(program, [address], { detached: true, stdio: 'ignore' })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}
