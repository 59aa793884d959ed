import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRoot } from './nobody.ts'
import { REPOSITORY } from './runtimes.ts'

const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

/** Why no systemd can be booted here; undefined if one can. */
export const NO_SYSTEMD = !isRoot
  ? 'only root can boot one'
  : ['systemd-nspawn', 'mount', 'unshare'].every(has) && existsSync('/lib/systemd/systemd')
    ? undefined
    : 'systemd-container is not installed'

/** Where the repository is in the machine, read-only. */
export const REPOSITORY_THERE = '/opt/tuix'

/** Runs the script as the last thing of the boot, then powers off: at once, as if the power went, or in order. */
const service = (needs: string) => `[Unit]
After=basic.target dbus.service ${needs}
[Service]
Type=oneshot
TimeoutStartSec=infinity
ExecStart=/bin/sh -c '/lab/script >/lab/output 2>&1; echo $? >/lab/code; \
if [ -e /lab/in-order ]; then systemctl --no-block poweroff; else systemctl --force --force poweroff; fi'
`
const target = (needs: string) => `[Unit]
Requires=basic.target
Wants=lab.service dbus.service ${needs}
After=basic.target
AllowIsolate=yes
`

/**
 * Mounts a copy of this machine's root, whose changes stay in memory, and boots systemd in it without a network, once for each
 * script. All mounts are in a namespace of their own, which ends with the shell. The upper folder of an overlay must not be in
 * another overlay. nspawn looks up its own processes in `/proc`, which must be that of their namespace. Of the services of this machine none is started. Each boot has a name of its own, since that of the one before
 * is still in use for a while.
 */
const BOOT = `set -e
mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs none "$1/mem"
mkdir "$1/mem/upper" "$1/mem/work" "$1/mem/root"
root=$1/mem/root
mount -t overlay none -o "lowerdir=/,upperdir=$1/mem/upper,workdir=$1/mem/work" "$root"
mkdir -p "$root/lab" "$root/etc/systemd/system"
rm -rf "$root"/etc/systemd/system/multi-user.target.wants/* "$root"/etc/systemd/system/timers.target.wants/*
cp -r "$1/files/." "$root/"
for boot in "$1"/boots/*; do
  rm -f "$root/lab/code" "$root/lab/in-order"
  cp "$boot"/* "$root/lab/"
  systemd-nspawn --quiet --register=no --keep-unit --private-network --bind-ro="$3:${REPOSITORY_THERE}" \
    --link-journal=no -D "$root" -M "$2-$(basename "$boot")" -b systemd.unit=lab.target >"$1/boot" 2>&1 </dev/null || true
  cp "$root/lab/output" "$root/lab/code" "$boot/" 2>/dev/null || true
  [ "$(cat "$root/lab/code" 2>/dev/null)" = 0 ] || break
done
`

/** One boot of a machine. */
export interface Boot {
  /** A shell script, with systemctl and journalctl at work. */
  script: string
  /** Ends in order. Default: as if the power went. */
  inOrder?: boolean
}

/** What a script has printed, and its exit code. */
export interface Booted {
  code: number
  output: string
}

export interface MachineOptions {
  /** More files by absolute path, such as units in `/etc/systemd/system`. */
  files?: Record<string, string>
  /** With logins, and whatever is enabled for `multi-user.target`. */
  services?: boolean
}

/**
 * Boots a real systemd several times on the same disk, and runs a script in each boot. After one that fails there is no other.
 *
 * @returns what each script has printed
 */
export function bootMachine(boots: Boot[], { files = {}, services = false }: MachineOptions = {}): Booted[] {
  const lab = mkdtempSync(join(tmpdir(), 'ps-systemd-'))
  try {
    mkdirSync(join(lab, 'mem'))
    const needs = services ? 'multi-user.target systemd-logind.service' : ''
    const all: Record<string, string> = {
      ...files,
      '/etc/systemd/system/lab.service': service(needs),
      '/etc/systemd/system/lab.target': target(needs),
    }
    for (const [path, text] of Object.entries(all)) write(join(lab, 'files', path), text)
    const folders = boots.map((_, index) => join(lab, 'boots', String(index)))
    for (const [index, { script, inOrder }] of boots.entries()) {
      write(join(folders[index] ?? '', 'script'), `#!/bin/sh\n${script}`)
      chmodSync(join(folders[index] ?? '', 'script'), 0o755)
      if (inOrder) write(join(folders[index] ?? '', 'in-order'), '')
    }
    // The end of the first process of its pid namespace, by the time limit too, ends everything in it.
    const words = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', BOOT, 'boot', lab, `lab${process.pid}`]
    spawnSync('unshare', [...words, REPOSITORY], { timeout: 100_000 * boots.length, stdio: 'inherit' })
    const booted = folders.map((folder) => resultIn(folder))
    const last = booted.findIndex((result) => result?.code !== 0)
    if (last >= 0 && !booted[last])
      throw new Error(`boot ${last} did not run its script: ${read(join(lab, 'boot'))?.slice(-3000)}`)
    return booted.filter((result) => result !== undefined)
  } finally {
    rmSync(lab, { recursive: true, force: true })
  }
}

/** The same with one boot. */
export function inSystemd(script: string, files: Record<string, string>): Booted {
  const [result] = bootMachine([{ script }], { files })
  if (!result) throw new Error('systemd did not run the script')
  return result
}

function write(file: string, text: string): void {
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
}

function read(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function resultIn(folder: string): Booted | undefined {
  const code = read(join(folder, 'code'))
  return code === undefined ? undefined : { code: Number(code), output: read(join(folder, 'output')) ?? '' }
}
