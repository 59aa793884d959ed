import { ProcessMonitor } from 'tuix/process-manager'

const Dashboard = () => (
  <vstack>
    <text style={{ bold: true }}>Process Dashboard</text>
    <ProcessMonitor 
      processes={['web-server', 'api-gateway', 'worker']}
      refreshInterval={5000}
      showLogs={true}
      showStats={true}
    />
  </vstack>
)
