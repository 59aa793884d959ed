const CODES: unknown[] = ['ENOSPC', 'EDQUOT']

/** Whether a write failed because the disk is full, or the share of it that the user may have. */
export function isDiskFull(error: unknown): boolean {
  return CODES.includes((error as NodeJS.ErrnoException).code)
}
