/** What a step of a plan did to a process. Undefined if the outcome of the process already says it. */
export function planStep({ action, changes }: { action: string; changes: string[] }): string | undefined {
  if (action === 'keep') return 'unchanged'
  if (action === 'remove') return 'removed: no longer declared'
  return action === 'restart' ? `restarted: ${changes.join(', ')} changed` : undefined
}
