export { clearTree, nameMembers } from '../system/clear.ts'
