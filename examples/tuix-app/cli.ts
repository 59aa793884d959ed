/** An app of tuix whose commands are a table: `bun cli.ts ps list`, beside its own `bun cli.ts hello`. */
import { defineConfig, runCLI } from 'tuix/cli'
import { mountPlugins, ProcessManagerPlugin } from 'tuix-process-manager'

const app = {
  name: 'shop',
  version: '1.0.0',
  plugins: [ProcessManagerPlugin({ configFile: 'processes.json' })],
  commands: {
    hello: { description: 'Say hello', handler: () => console.log('hello') },
  },
}

// tuix lists plugins, but takes commands from its own table only: `mountPlugins` puts them there.
await runCLI(defineConfig(mountPlugins(app)))
