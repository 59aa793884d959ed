import { afterEach, expect, it } from 'vitest'
import { listeners } from '../../src/system/net/ports.ts'
import { freePort } from '../helpers/free-port.ts'
import { alive, processesOf, read } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'
import { answer, killAndAwait, toldOf } from './observe.ts'
import { describeWith, program } from './programs.ts'

let project: Project
afterEach(() => project.dispose())

/** Two workers on a loopback port, everything that nginx writes in the project. `user` counts for root only. */
const settings = (port: number, text: string) => `
user root;
worker_processes 2;
pid nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path temp; proxy_temp_path temp; fastcgi_temp_path temp; uwsgi_temp_path temp; scgi_temp_path temp;
  server {
    listen 127.0.0.1:${port};
    return 200 "${text}";
  }
}
`

/** nginx in the foreground, under a daemon as `ps start` launches it. */
async function nginx(): Promise<{ url: string; port: number }> {
  const port = await freePort()
  project = tempProject({ files: { 'nginx.conf': settings(port, 'first') } })
  project.write('processes.json', [
    {
      name: 'nginx',
      command: program('nginx'),
      args: ['-p', project.path, '-c', 'nginx.conf', '-e', 'stderr', '-g', 'daemon off;'],
      port,
      restartDelay: 100,
      healthCheck: { type: 'http', url: `http://localhost:${port}/`, interval: 1000 },
    },
  ])
  const { code, stderr } = await project.ps('start', 'nginx')
  expect([code, stderr]).toEqual([0, ''])
  return { url: `http://127.0.0.1:${port}`, port }
}

function workersOf(master: number | null): Promise<number[]> {
  return until(
    () => {
      const workers = processesOf(project.path).filter((pid) =>
        new RegExp(`^PPid:\\s*${master}$`, 'm').test(read(`/proc/${pid}/status`)),
      )
      return workers.length === 2 ? workers : undefined
    },
    { what: `two workers of ${master}` },
  )
}

describeWith(['nginx'], 'nginx, a master with workers', () => {
  it('is reloaded by its own signal without a restart', async () => {
    const { url, port } = await nginx()
    const { pid } = await project.state('nginx')
    const before = await workersOf(pid)
    expect(await answer(url)).toBe('first')
    project.write('nginx.conf', settings(port, 'second'))
    process.kill(pid ?? 0, 'SIGHUP')
    await answer(url, (body) => body === 'second')
    await until(() => !before.some(alive), { what: 'the end of the old workers' })
    expect(await project.state('nginx')).toMatchObject({ pid, status: 'running', restarts: 0, run: 1 })
  })

  it('has no orphans on its port after its master was killed: the next one gets it', async () => {
    const { url } = await nginx()
    const workers = await workersOf((await project.state('nginx')).pid)
    const { after } = await killAndAwait(project, 'nginx')
    expect(after).toMatchObject({ restarts: 1, health: 'healthy' })
    expect(workers.filter(alive)).toEqual([])
    expect(await workersOf(after.pid)).toHaveLength(2)
    expect(await answer(url)).toBe('first')
    expect(toldOf(project, 'nginx').filter((event) => event.startsWith('crash'))).toHaveLength(1)
  })

  it('leaves no worker and no port after a stop, adopted or not', async () => {
    const { url, port } = await nginx()
    const { pid } = await project.state('nginx')
    const workers = await workersOf(pid)
    await project.killSupervisor()
    expect(await answer(url)).toBe('first')
    expect(await project.state('nginx')).toMatchObject({ pid, adopted: true, status: 'running' })
    expect((await project.ps('stop', 'nginx')).code).toBe(0)
    expect([pid, ...workers].filter(alive)).toEqual([])
    expect(listeners().filter((listener) => listener.port === port)).toEqual([])
  })
})
