// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts in which systemd would replace something.
import { realpathSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ProcessConfig } from '../../../src/model/config/config.ts'
import { executable } from '../../helpers/runtimes.ts'
import { inSystemd, NO_SYSTEMD } from '../../helpers/systemd.ts'
import { exported } from './exporting.ts'

/** Listens after a while, and keeps what it was given. */
const SERVER = `
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
const { PORT, GREETING, ...env } = process.env
const texts = Object.keys(env).filter((name) => /^V\\d+$/.test(name)).map((name) => env[name])
writeFileSync('given.json', JSON.stringify({ args: process.argv.slice(2), GREETING, texts, uid: process.getuid(), cwd: process.cwd() }))
process.on('SIGINT', () => { writeFileSync('stopped', 'SIGINT'); process.exit(0) })
setTimeout(() => createServer().listen(Number(PORT), () => writeFileSync('listening', PORT)), 300)
`
/** Says what was there when it began. */
const WORKER = `
import { appendFileSync, existsSync } from 'node:fs'
const { TUIX_INSTANCE, SHARD } = process.env
appendFileSync('workers', [TUIX_INSTANCE, SHARD, existsSync('listening'), existsSync('migrated')].join(' ') + '\\n')
setInterval(() => {}, 1000)
`

/** Texts in which systemd would replace or drop something. */
const TEXTS = [
  '',
  ' ',
  ' a  b\t',
  ';',
  '#',
  '%i %% %',
  '$HOME ${HOME} $$ $',
  '\\',
  'a\\',
  '\\x41 \\n \\$',
  '"',
  "it's",
  '- @ + ! :',
  'one\ntwo\r\n',
  'ü 日本 🙂',
  '~/x *',
]

const GREETING = 'a "quoted" 50% of $HOME and \\ back\nand a second line'

const PROCESSES: ProcessConfig[] = [
  { name: 'migrate', command: 'sleep 0.2 && touch migrated && echo "$HOME has 100%"' },
  {
    name: 'web',
    group: 'app',
    command: 'node',
    args: ['server.mjs', '--api-token', 'never-written', '50% $HOME "x"', ...TEXTS],
    env: { GREETING, ...Object.fromEntries(TEXTS.map((text, index) => [`V${index}`, text])) },
    port: 3000,
    healthCheck: { type: 'tcp' },
    stopSignal: 'SIGINT',
    maxMemory: 300,
    maxCpu: 50,
    hooks: { onReady: 'touch ready', onCrash: 'echo "$SERVICE_RESULT" >> crashes' },
  },
  {
    name: 'worker',
    command: 'node worker.mjs',
    instances: 2,
    instanceVariable: { name: 'SHARD', from: 0 },
    dependsOn: { web: 'healthy', migrate: 'completed' },
    logFile: 'worker.log',
  },
  { name: 'flaky', command: 'sh -c "echo run >> flaky-runs; exit 3"', maxRestarts: 2, restartDelay: 50 },
  { name: 'report', command: 'sh -c "date >> reports"', schedule: '* * * * * *' },
]

const SCRIPT = `
cd /srv/shop
mkdir -p /etc/shop; printf 'API_TOKEN="two words"\\n' > /etc/shop/web.env
chown -R nobody: /srv/shop
until_ok() { for i in $(seq 300); do eval "$1" >/dev/null 2>&1 && return; sleep 0.1; done; echo "never: $1"; systemctl status --no-pager 'shop-*' 2>&1 | tail -80; exit 1; }
systemctl start shop.target || journalctl --no-pager | tail -20
until_ok 'systemctl is-active shop-worker@0.service'
until_ok 'systemctl is-active shop-worker@1.service'
until_ok '[ "$(wc -l < workers)" = 2 ]'
echo "workers: $(sort workers | tr '\\n' ',')"
printf 'given: %s\\n' "$(cat given.json)"
echo "ready: $(ls ready)"
echo "migrate: $(systemctl is-active shop-migrate.service)"
echo "slice: $(systemctl show -P Slice shop-web.service)"
echo "limits: $(systemctl show -P MemoryMax -P CPUQuotaPerSecUSec shop-web.service | tr '\\n' ' ')"
until_ok 'systemctl is-failed shop-flaky.service'
echo "flaky: $(wc -l < flaky-runs) $(systemctl show -P Result shop-flaky.service)"
until_ok '[ "$(wc -l < reports)" -ge 2 ]'
echo reported
first=$(systemctl show -P MainPID shop-web.service)
kill -KILL "$first"
until_ok '[ "$(systemctl show -P MainPID shop-web.service)" != '"$first"' ] && [ "$(systemctl show -P MainPID shop-web.service)" != 0 ] && systemctl is-active shop-web.service'
echo "survived: restarts $(systemctl show -P NRestarts shop-web.service), crashes $(cat crashes)"
echo "workers after it: $(systemctl is-active shop-worker@0.service)"
systemctl stop shop.target
until_ok '! systemctl is-active shop-web.service'
until_ok '! systemctl is-active shop-worker@1.service'
echo "stopped: $(cat stopped), timer $(systemctl is-active shop-report.timer)"
`

describe.skipIf(NO_SYSTEMD)(`units that a real systemd runs${NO_SYSTEMD ? ` (skipped: ${NO_SYSTEMD})` : ''}`, () => {
  it('do what the config says, survive a SIGKILL, and stop as a whole', () => {
    const node = realpathSync(executable('node'))
    const findProgram = (name: string) => (name === 'node' ? node : `/bin/${name}`)
    const { files } = exported('systemd', PROCESSES, { user: 'nobody', findProgram })
    const units = Object.entries(files).map(([name, text]) => [`/etc/systemd/system/${name}`, text])
    const { code, output } = inSystemd(SCRIPT, {
      ...Object.fromEntries(units),
      '/srv/shop/server.mjs': SERVER,
      '/srv/shop/worker.mjs': WORKER,
    })
    expect(output).toContain('workers: 0 0 true true,1 1 true true,')
    const given = JSON.parse(/^given: (.*)$/m.exec(output)?.[1] ?? '{}')
    expect(given).toMatchObject({
      args: ['--api-token', 'two words', '50% $HOME "x"', ...TEXTS],
      texts: TEXTS,
      GREETING,
      cwd: '/srv/shop',
    })
    expect(given.uid).not.toBe(0)
    expect(output).toContain('ready: ready\nmigrate: active\nslice: shop-app.slice\n')
    expect(output).toContain(`limits: 500ms ${300 * 1024 * 1024}`)
    expect(output).toContain('flaky: 3 exit-code\nreported\n')
    expect(output).toContain('survived: restarts 1, crashes signal\nworkers after it: active\n')
    expect(output).toMatch(/^stopped: SIGINT, timer inactive$/m)
    expect(code).toBe(0)
  }, 120_000)
})
