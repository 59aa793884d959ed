import { closeSync, readdirSync, readFileSync } from 'node:fs'

/** O_CLOEXEC as `/proc/PID/fdinfo` prints it (proc_pid_fdinfo(5)). */
const CLOSE_ON_EXEC = 0o2000000

/**
 * Closes the descriptors that a daemon has inherited by accident, such as a shell's redirections or a test runner's
 * pipes. Node would pass them on to every child, which would hold a pipe open as long as it lives. The runtime's own
 * descriptors are marked close-on-exec and stay open.
 */
export function closeInheritedDescriptors(): void {
  if (process.platform !== 'linux') return
  for (const name of readdirSync('/proc/self/fd')) {
    const fd = Number(name)
    if (fd < 3) continue
    try {
      const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1]
      if (flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0) closeSync(fd)
    } catch {
      // This was the descriptor of the listing itself, which is closed by now.
    }
  }
}
