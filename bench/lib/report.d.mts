/** One row for `console.table`; what of the results is missing is left out. */
export function tableRow(row: object): Record<string, string>
export function writePerformance(results: object): void
/** The page with these results, as `--json` writes them, in place of those of before. */
export function pageWith(page: string, results: object): string
