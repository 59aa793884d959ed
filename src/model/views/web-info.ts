/** The web listener of a supervisor. */
export interface WebInfo {
  /** Address of the dashboard, without the token; null while it is closed. */
  url: string | null
  /** What every request needs: as `Authorization: Bearer`, or once as `?token=` in a browser. Null while it is closed. */
  token: string | null
  /** Why it is not open although it is wanted, one sentence. Absent if nothing is wrong. */
  problem?: string
}
