// Add process management commands to CLI
import { ProcessManagerPlugin } from 'tuix/process-manager'

const config = defineConfig({
  name: 'myapp',
  plugins: [
    ProcessManagerPlugin({
      tuixDir: '.tuix',
      configFile: 'processes.json'
    })
  ]
})

// Now you have these commands:
// myapp ps list
// myapp ps start <name>
// myapp ps stop <name>
// myapp ps restart <name>
// myapp ps logs <name>
// myapp ps status <name>
