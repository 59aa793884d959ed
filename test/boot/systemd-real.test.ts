import { describe, expect, it } from 'vitest'
import { executable, REPOSITORY, runtimeUnderTest } from '../helpers/runtimes.ts'
import { type Booted, bootMachine, NO_SYSTEMD, REPOSITORY_THERE } from '../helpers/systemd.ts'

const CONFIG = {
  processes: {
    db: { command: 'sleep 1000001' },
    web: { command: 'sleep 1000002', dependsOn: ['db'] },
    off: { command: 'sleep 1000003' },
    job: { command: 'sh -c "echo ran >> jobs"', autorestart: false },
    fresh: { command: 'sleep 1000004', autostart: true },
  },
}

const RUNTIME = `/opt/runtime/${runtimeUnderTest}`
const HERE = executable().replace(REPOSITORY, REPOSITORY_THERE)

/** What every script begins with. */
const HELPERS = `
export PATH=/opt/runtime:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin LC_ALL=C
cd /srv/shop
mkdir -p /opt/runtime; [ -e ${RUNTIME} ] || [ -e /opt/moved ] || cp ${HERE} ${RUNTIME}
as_alice() { setpriv --reuid alice --regid alice --init-groups env HOME=/home/alice USER=alice "$@"; }
ps() { as_alice ${RUNTIME} ${REPOSITORY_THERE}/dist/tuix-ps.js "$@"; }
states() { ps list --json | tr -d '\\n'; }
until_ok() { for i in $(seq 400); do eval "$1" >/dev/null 2>&1 && return; sleep 0.1; done; echo "never: $1"; eval "$1"; journalctl --no-pager -n 40 -u 'tuix-ps*'; exit 1; }
running() { for name in "$@"; do ps status $name --json | grep -q '"status": "running"' || return 1; done; }
unit=$(basename "$(ls /etc/systemd/system/tuix-ps-*.service 2>/dev/null)")
main() { systemctl show -P MainPID $unit; }
pids() { pgrep -f '^sleep 100000' | sort -n | tr '\\n' ' '; }
`

const states = ({ output }: Booted, label: string): Record<string, string> => {
  const [, json = '[]'] = new RegExp(`^${label}: (.*)$`, 'm').exec(output) ?? []
  const all: { name: string; status: string }[] = JSON.parse(json)
  return Object.fromEntries(all.map(({ name, status }) => [name, status]))
}

const UP = { db: 'running', web: 'running', off: 'stopped', job: 'stopped', fresh: 'running' }

describe.skipIf(NO_SYSTEMD)(`a service of a real systemd${NO_SYSTEMD ? ` (skipped: ${NO_SYSTEMD})` : ''}`, () => {
  it('brings back what was up, and nothing else, through kills, a hang, reboots, a power cut and the end of its runtime', () => {
    const boots = bootMachine(
      [
        {
          inOrder: true,
          script: `${HELPERS}
useradd -m -s /bin/bash alice
chown -R alice: /srv/shop
ps start db web off job >/dev/null || exit 1
ps stop off >/dev/null
before=$(pids)
ps boot; echo "none: $?"
ps boot enable --system; echo "not root: $?"
${RUNTIME} ${REPOSITORY_THERE}/dist/tuix-ps.js boot enable --system; echo "enabled: $?"
unit=$(basename /etc/systemd/system/tuix-ps-*.service)
systemctl is-enabled $unit; systemctl is-active $unit
until_ok 'running fresh'
echo "kept: $([ "$(pgrep -f '^sleep 100000[123]' | sort -n | tr '\\n' ' ')" = "$before" ] && echo yes)"
echo "main: $([ "$(main)" = "$(ps supervisor --json | grep -o '"pid": [0-9]*' | grep -o '[0-9]*')" ] && echo yes)"
until_ok 'systemctl show -P StatusText $unit | grep "3 of 3 processes up"'
ps boot; echo "well: $?"
echo "notify in child: $(tr '\\0' '\\n' < /proc/$(pgrep -f '^sleep 1000004')/environ | grep -c 'NOTIFY_SOCKET\\|WATCHDOG')"

first=$(main); now=$(pids)
kill -KILL $first
until_ok '[ "$(main)" != '$first' ] && [ "$(main)" != 0 ] && systemctl is-active $unit'
echo "after SIGKILL: $([ "$(pids)" = "$now" ] && echo same pids)"

mkdir -p /run/systemd/system/$unit.d
printf '[Service]\\nWatchdogSec=2s\\n' > /run/systemd/system/$unit.d/quick.conf
systemctl daemon-reload; systemctl restart $unit
until_ok 'running db web fresh'
first=$(main); now=$(pids); sleep 5
echo "watched: $([ "$(main)" = $first ] && echo alive)"
kill -STOP $first
until_ok '[ "$(main)" != '$first' ] && [ "$(main)" != 0 ] && systemctl is-active $unit'
echo "after a hang: $([ "$(pids)" = "$now" ] && echo same pids) $(systemctl show -P NRestarts $unit)"
ps supervisor restart
until_ok 'systemctl is-active $unit'
echo "restarted: $([ "$(pids)" = "$now" ] && echo same pids)"
`,
        },
        {
          script: `${HELPERS}
until_ok 'running db web fresh'
echo "second: $(states)"
echo "jobs: $(wc -l < jobs)"
echo "user: $(stat -c %U /proc/$(pgrep -f '^sleep 1000002'))"
ps events -n 30 | cat
ps stop fresh >/dev/null
ps start off >/dev/null
sync
`,
        },
        {
          inOrder: true,
          script: `${HELPERS}
until_ok 'running db web off'
echo "third: $(states)"
touch /opt/moved; mkdir -p /opt/new
mv ${RUNTIME} /opt/new/; rm -f /usr/bin/node /usr/bin/bun /usr/local/bin/node /usr/local/bin/bun
ps() { as_alice /opt/new/${runtimeUnderTest} ${REPOSITORY_THERE}/dist/tuix-ps.js "$@"; }
echo 'PATH=/opt/new:$PATH' > /home/alice/.profile
ps boot; echo "gone: $?"
ps doctor | grep boot
systemctl restart $unit; systemctl is-active $unit
until_ok 'running db web off'
tr '\\0' ' ' < /proc/$(main)/cmdline; echo
rm /home/alice/.profile
systemctl restart $unit; echo "no runtime: $?"
journalctl --no-pager -u $unit -n 20 | grep -o 'neither .*'
mv /opt/new/${runtimeUnderTest} /opt/runtime/
until_ok 'systemctl is-active $unit'
ps() { as_alice ${RUNTIME} ${REPOSITORY_THERE}/dist/tuix-ps.js "$@"; }
until_ok 'running db web off'
ps boot disable; echo "not root: $?"
${RUNTIME} ${REPOSITORY_THERE}/dist/tuix-ps.js boot disable; echo "disabled: $?"
ls /etc/systemd/system/tuix-ps-* 2>&1
echo "goes on: $(running db web off && echo yes)"
`,
        },
        { script: `${HELPERS}\necho "fourth: $(pids)"` },
      ],
      { services: true, files: { '/srv/shop/processes.json': JSON.stringify(CONFIG) } },
    )
    const [first, second, third, fourth] = boots
    const all = boots.map(({ output }) => output).join('\n')
    expect(
      boots.map(({ code }) => code),
      all,
    ).toEqual([0, 0, 0, 0])
    expect(first?.output).toContain('none: 3\n')
    expect(first?.output).toContain(
      'error: a service of the system is written by root: run this with sudo, or without --system\nnot root: 2\n',
    )
    expect(first?.output, all).toMatch(
      /a service of the system, as alice \(systemd\)\n.*\nenabled: 0\nenabled\nactive\n/,
    )
    expect(first?.output, all).toContain('kept: yes\nmain: yes\n')
    expect(first?.output, all).toContain('well: 0\nnotify in child: 0\n')
    expect(first?.output, all).toContain('after SIGKILL: same pids\n')
    expect(first?.output, all).toContain('watched: alive\nafter a hang: same pids ')
    expect(first?.output, all).toContain('restarted: same pids\n')
    expect(states(second as Booted, 'second'), all).toEqual(UP)
    expect(second?.output).toContain('jobs: 1\nuser: alice\n')
    expect(states(third as Booted, 'third'), all).toEqual({ ...UP, off: 'running', fresh: 'stopped' })
    expect(third?.output, all).toMatch(
      /is gone, so that the next boot looks for another runtime: .*boot enable\ngone: 0\n/,
    )
    expect(third?.output, all).toMatch(/^! boot .*is gone/m)
    expect(third?.output, all).toContain(`active\n/opt/new/${runtimeUnderTest} `)
    expect(third?.output, all).toMatch(/^no runtime: 1\nneither \w+ nor \w+ runs /m)
    expect(third?.output, all).toContain('run this with sudo\nnot root: 2\n')
    expect(third?.output, all).toMatch(/disabled: tuix-ps-shop-\w+\n.*goes on supervising.*\ndisabled: 0\n/)
    expect(third?.output, all).toContain('goes on: yes\n')
    expect(fourth?.output, all).toContain('fourth: \n')
  }, 400_000)

  it('belongs to the manager of a user, who lingers', () => {
    const manager = 'XDG_RUNTIME_DIR=/run/user/$(id -u alice)'
    const boots = bootMachine(
      [
        {
          inOrder: true,
          script: `${HELPERS}
useradd -m -s /bin/bash alice
chown -R alice: /srv/shop
systemctl stop polkit; systemctl mask --runtime polkit
ps start db >/dev/null
ps boot enable; echo "refused: $?"
systemctl unmask --runtime polkit
ps boot enable; echo "enabled: $?"
ps boot; echo "well: $?"
ls /var/lib/systemd/linger
ps boot enable; echo "again: $?"
echo "state: $(states)"
`,
        },
        {
          script: `${HELPERS}
until_ok 'running db'
ps boot; echo "well: $?"
status_line() { as_alice env ${manager} systemctl --user status --no-pager 'tuix-ps-*' | grep Status; }
until_ok 'status_line | grep "of 2 processes up"'
status_line
rm -r .tuix/boot.sh
ps boot; echo "launcher gone: $?"
ps boot enable; echo "mended: $?"
ps boot disable; echo "disabled: $?"
ps boot; echo "none: $?"
ls -A /home/alice/.config/systemd/user .tuix | grep 'tuix-ps\\|boot'
echo "goes on: $(running db && echo yes) $(ps supervisor | head -1)"
`,
        },
      ],
      { services: true, files: { '/srv/shop/processes.json': JSON.stringify(CONFIG) } },
    )
    const all = boots.map(({ output }) => output).join('\n')
    const [first, second] = boots
    expect(
      boots.map(({ code }) => code),
      all,
    ).toEqual([0, 0])
    expect(first?.output, all).toMatch(
      /^error: no service manager of alice runs, and it may not be started \(.*\): .*enable-linger alice.*\nrefused: 1$/m,
    )
    expect(first?.output, all).toMatch(/^enabled: tuix-ps-shop-\w+, a service of alice \(systemd\)\n.*\nenabled: 0\n/m)
    expect(first?.output, all).toContain('well: 0\nalice\n')
    expect(first?.output, all).toContain('again: 0\n')
    expect(states(first as Booted, 'state'), all).toMatchObject({ db: 'running', web: 'stopped', fresh: 'running' })
    expect(second?.output, all).toMatch(/begins +at boot\n/)
    expect(second?.output, all).toContain('Status: "2 of 2 processes up"')
    expect(second?.output, all).toMatch(/boot\.sh is missing.*boot enable\nlauncher gone: 1\n/)
    expect(second?.output, all).toMatch(
      /disabled: 0\nnot enabled; .*\nnone: 3\ngoes on: yes supervisor {2}running, a daemon/,
    )
  }, 200_000)
})
