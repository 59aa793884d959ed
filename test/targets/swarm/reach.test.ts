import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SwarmSettings } from '../../../src/model/config/targets.ts'
import { type Project, tempProject } from '../../helpers/project.ts'
import { executable, REPOSITORY } from '../../helpers/runtimes.ts'
import { SshLab } from '../../helpers/sshd.ts'
import { describeWithSwarm, NODE_IMAGE, SwarmLab } from '../../helpers/swarm.ts'
import { until } from '../../helpers/until.ts'
import { describeWith } from '../../integration/programs.ts'

/** Says what it was given, in words that are not masked. */
const READER = `
const { readFileSync, statSync } = require('fs')
const told = ['/run/secrets/db-password', '/etc/db'].map((file) => file + ' has ' + readFileSync(file, 'utf8').length + ' letters')
setInterval(() => console.log(told.join(', ')), 200)`

describeWith(['sshd', 'ssh', 'ssh-keygen'], 'a Swarm', () => {
  describeWithSwarm('that is reached as docker reaches it', () => {
    let swarm: SwarmLab
    let project: Project
    let hosts: SshLab

    beforeAll(async () => {
      swarm = await SwarmLab.start(1)
      project = tempProject()
      hosts = new SshLab(project)
      hosts.login(`PATH=${process.env.PATH}; export PATH DOCKER_HOST=${swarm.url}`)
    }, 120_000)
    afterAll(async () => {
      await hosts?.end()
      await project?.dispose()
      await swarm?.end()
    }, 60_000)

    const declare = (settings: SwarmSettings, ...processes: object[]) =>
      project.write('processes.json', {
        targets: { cluster: { swarm: { stack: 'shop', image: NODE_IMAGE, networks: ['host'], ...settings } } },
        processes,
      })
    const environment = (more: Record<string, string> = {}) => ({
      ...hosts.environment(),
      DOCKER_CONFIG: project.file('docker'),
      ...more,
    })
    const ps = (more: Record<string, string>, ...args: string[]) =>
      project.psWith({ env: environment(more) }, ...args, '--target', 'cluster')

    /** `list` by a command beside the hosts, whose TCP ports nobody else reaches. */
    async function listInside(more: Record<string, string> = {}): Promise<string> {
      const args = [join(REPOSITORY, 'dist/tuix-ps.js'), 'list', '-q', '--target', 'cluster']
      const env = { ...process.env, ...environment(more) }
      const child = swarm.spawn(executable(), args, { cwd: project.path, env })
      const said = [child.stdout, child.stderr].map((stream) => (stream === null ? '' : text(stream)))
      return (await Promise.all(said)).join('')
    }

    const context = (name: string, endpoint: string) =>
      execFileSync('docker', ['context', 'create', name, '--docker', endpoint], {
        env: { ...process.env, DOCKER_CONFIG: project.file('docker') },
        stdio: 'pipe',
      })

    it('gives a program its secrets as files, and refuses one that the cluster does not have', async () => {
      const secrets = ['db-password', { name: 'db-password', file: '/etc/db' }]
      const reader = { name: 'reader', command: 'node', args: ['-e', READER], deploy: { image: NODE_IMAGE, secrets } }
      declare({ docker: swarm.url }, reader)
      expect((await ps({}, 'apply')).stderr).toBe(
        'error: reader: the cluster has no secret `db-password`: make it with `docker secret create db-password FILE`\n',
      )
      await swarm.docker(['secret', 'create', 'db-password', project.write('secret', 'hunter22')])
      expect(await ps({}, 'apply')).toMatchObject({ code: 0 })
      const logs = async () => (await ps({}, 'logs', 'reader', '-n', '1', '--raw')).stdout.trim()
      const told = '/run/secrets/db-password has 8 letters, /etc/db has 8 letters'
      await until(async () => (await logs()) === told, { timeoutMs: 30_000, what: 'the secrets' })
      expect(await swarm.docker(['service', 'inspect', 'shop_reader'])).not.toContain('hunter22')
    }, 120_000)

    it('over TLS with certificates of the target, of the environment and of a context', async () => {
      const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => join(swarm.certificates, name))
      const files = { ca: ca ?? '', cert: cert ?? '', key: key ?? '' }
      declare({ docker: swarm.tlsUrl, tls: files })
      expect(await listInside()).toBe('reader\n')
      declare({ docker: swarm.tlsUrl })
      const trusted = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: swarm.certificates }
      expect(await listInside(trusted)).toBe('reader\n')
      context('secured', `host=${swarm.tlsUrl},ca=${ca},cert=${cert},key=${key}`)
      declare({ context: 'secured' })
      expect(await listInside()).toBe('reader\n')

      declare({ docker: swarm.tlsUrl })
      const name = `target cluster (${swarm.tlsUrl})`
      expect(await listInside()).toMatch(new RegExp(`^error: ${escaped(name)} takes TLS alone: `))
      declare({ docker: swarm.tlsUrl, tls: { ...files, ca: join(swarm.certificates, 'cert.pem') } })
      expect(await listInside()).toMatch(new RegExp(`^error: ${escaped(name)} cannot be reached: .*certificate`))
      declare({ docker: swarm.tlsUrl, tls: { ...files, key: '/nowhere/key.pem' } })
      expect(await listInside()).toMatch(new RegExp(`^error: ${escaped(name)}: /nowhere/key.pem: it does not exist`))
    }, 120_000)

    it('by the context that docker uses, or that a variable names', async () => {
      context('here', `host=${swarm.url}`)
      declare({})
      expect((await ps({ DOCKER_CONTEXT: 'here' }, 'list', '-q')).stdout).toBe('reader\n')
      expect((await ps({ DOCKER_HOST: swarm.url }, 'list', '-q')).stdout).toBe('reader\n')
      project.write('docker/config.json', { currentContext: 'here' })
      expect((await ps({}, 'list', '-q')).stdout).toBe('reader\n')
      declare({ context: 'gone' })
      expect((await ps({}, 'list', '-q')).stderr).toMatch(/docker has no context `gone`/)
    }, 120_000)

    it('over SSH, also where the host forbids the forwarding of sockets', async () => {
      await hosts.host({ name: 'open' })
      await hosts.host({ name: 'strict', settings: ['AllowStreamLocalForwarding no'] })
      declare({ docker: `ssh://open${swarm.socket()}` })
      expect(await ps({}, 'list', '-q')).toMatchObject({ stdout: 'reader\n', stderr: '' })
      declare({ docker: 'ssh://strict' })
      expect(await ps({}, 'list', '-q')).toMatchObject({ stdout: 'reader\n', stderr: '' })
      declare({ docker: 'ssh://open/nowhere.sock' })
      expect((await ps({}, 'list', '-q')).stderr).toMatch(/^error: target cluster \(open\): /)
    }, 120_000)
  })
})

function escaped(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
