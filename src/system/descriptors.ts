import { closeSync, readdirSync, readFileSync } from 'node:fs'

/** O_CLOEXEC as `/proc/PID/fdinfo` prints it (proc_pid_fdinfo(5)). */
const CLOSE_ON_EXEC = 0o2000000

/**
 * Closes descriptors that a daemon was started with by accident (a shell's redirections, a test runner's pipes): Node passes
 * them on to every child, where they would hold a pipe open for as long as the child lives. What the runtime opened for
 * itself is marked close-on-exec and stays.
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
      // The listing's own descriptor is closed by now.
    }
  }
}
