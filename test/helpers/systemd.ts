import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRoot } from './nobody.ts'

const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

/** Why no systemd can be booted here; undefined if one can. */
export const NO_SYSTEMD = !isRoot
  ? 'only root can boot one'
  : ['systemd-nspawn', 'mount', 'unshare'].every(has) && existsSync('/lib/systemd/systemd')
    ? undefined
    : 'systemd-container is not installed'

/** Runs the script as the last thing of the boot, then powers off. */
const SERVICE = `[Unit]
After=basic.target dbus.service
[Service]
Type=oneshot
ExecStart=/bin/sh -c '/lab/script >/lab/output 2>&1; echo $? >/lab/code; systemctl --force --force poweroff'
`
const TARGET = `[Unit]
Requires=basic.target
Wants=lab.service dbus.service
After=basic.target
AllowIsolate=yes
`

/**
 * Mounts a copy of this machine's root, whose changes stay in memory, and boots systemd in it without a network. All mounts are
 * in a namespace of their own, which ends with the shell. The upper folder of an overlay must not be in another overlay.
 */
const BOOT = `set -e
mount --make-rprivate /
mount -t tmpfs none "$1/mem"
mkdir "$1/mem/upper" "$1/mem/work" "$1/mem/root"
mount -t overlay none -o "lowerdir=/,upperdir=$1/mem/upper,workdir=$1/mem/work" "$1/mem/root"
mkdir -p "$1/mem/root/lab" "$1/mem/root/etc/systemd/system"
cp -r "$1/files/." "$1/mem/root/"
systemd-nspawn --quiet --register=no --keep-unit --private-network -D "$1/mem/root" -M "$2" -b systemd.unit=lab.target >"$1/boot" 2>&1 </dev/null || true
cp "$1/mem/root/lab/output" "$1/mem/root/lab/code" "$1/" 2>/dev/null || true
`

/**
 * Boots a real systemd and runs a shell script in it, with systemctl and journalctl at work.
 *
 * @param files more files by absolute path, such as units in `/etc/systemd/system`
 * @returns the exit code of the script and all that it has printed
 */
export function inSystemd(script: string, files: Record<string, string>): { code: number; output: string } {
  const lab = mkdtempSync(join(tmpdir(), 'ps-systemd-'))
  try {
    mkdirSync(join(lab, 'mem'))
    const all: Record<string, string> = {
      ...files,
      '/etc/systemd/system/lab.service': SERVICE,
      '/etc/systemd/system/lab.target': TARGET,
      '/lab/script': `#!/bin/sh\n${script}`,
    }
    for (const [path, text] of Object.entries(all)) {
      const file = join(lab, 'files', path)
      mkdirSync(join(file, '..'), { recursive: true })
      writeFileSync(file, text)
    }
    chmodSync(join(lab, 'files/lab/script'), 0o755)
    // The end of the first process of its pid namespace, by the time limit too, ends everything in it.
    const words = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', BOOT, 'boot', lab, `lab${process.pid}`]
    spawnSync('unshare', words, { timeout: 100_000, stdio: 'inherit' })
    const read = (name: string) => (existsSync(join(lab, name)) ? readFileSync(join(lab, name), 'utf8') : undefined)
    const code = read('code')
    if (code === undefined) throw new Error(`systemd did not run the script: ${read('boot')?.slice(-2000)}`)
    return { code: Number(code), output: read('output') ?? '' }
  } finally {
    rmSync(lab, { recursive: true, force: true })
  }
}
