import { parseArgs } from 'node:util'

const OPTIONS = {
  only: { type: 'string' },
  runtime: { type: 'string' },
  rounds: { type: 'string' },
  peers: { type: 'boolean', default: false },
  against: { type: 'string' },
  json: { type: 'string' },
  markdown: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
}

/**
 * @param {string[]} measures names of those that are run unless others are named
 * @param {string[]} onDemand names of those that are run when they are named
 */
export function helpText(measures, onDemand) {
  return `npm run bench [-- OPTIONS]

What things cost, beside the least that is possible on this machine. Linux only; dist/ must have been built.

  --only NAMES      these measures alone, separated by commas
  --runtime NAME    node or bun alone
  --rounds N        as often, instead of as often as each measure needs
  --peers           pm2 and supervisord too, where they are installed:
                    npm install --prefix bench --no-package-lock; apt-get install supervisor
  --against FOLDER  another build too, in turn with this one: a folder with its dist/
  --json FILE       everything that was measured
  --markdown        the table into docs/performance.md, in place of the one there; with --only it is of those alone
  -h, --help        this

Measures: ${measures.join(', ')}
Only when they are named: ${onDemand.join(', ')}`
}

/**
 * What the command line asks for; throws one sentence about what is wrong with it.
 * @param {string[]} args
 * @param {string[]} measures names of those that are run unless others are named
 * @param {string[]} onDemand names of those that are run when they are named
 */
export function optionsOf(args, measures, onDemand) {
  const { only, runtime, rounds, peers, against, json, markdown, help } = valuesOf(args)
  const names = only?.split(',') ?? measures
  const all = [...measures, ...onDemand]
  const unknown = names.find((name) => !all.includes(name))
  if (unknown !== undefined) throw new Error(`no measure is called ${unknown}; there are ${all.join(', ')}`)
  if (runtime !== undefined && !/^(node|bun)$/i.test(runtime)) {
    throw new Error(`--runtime takes node or bun, not ${runtime}`)
  }
  if (rounds !== undefined && !/^[1-9]\d*$/.test(rounds)) {
    throw new Error(`--rounds takes a whole number from 1, not ${rounds}`)
  }
  return {
    names,
    runtime: runtime?.toLowerCase(),
    rounds: rounds === undefined ? undefined : Number(rounds),
    withPeers: peers,
    against,
    json,
    markdown,
    help,
  }
}

function valuesOf(args) {
  try {
    return parseArgs({ args, options: OPTIONS }).values
  } catch (error) {
    const [sentence] = error.message.split('. ')
    throw new Error(`${sentence[0].toLowerCase()}${sentence.slice(1)}; --help shows what there is`)
  }
}
