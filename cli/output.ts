/** Standard output carries results, standard error everything else. */
import Table from 'cli-table3';
import colors from 'picocolors';

export function write(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** One line of JSON for machines. */
export function writeJson(value: unknown): void {
  write(JSON.stringify(value));
}

/** A remark for people that must not disturb a result on standard output. */
export function writeNote(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function writeError(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${colors.red('error')} ${text}\n`);
}

export function renderTable(head: string[], rows: (string | number)[][]): string {
  const table = new Table({ head, style: { head: [], border: [] } });
  table.push(...rows.map((row) => row.map((cell) => ({ content: String(cell), ...alignment(cell) }))));
  return table.toString();
}

function alignment(cell: string | number): { hAlign?: 'right' } {
  return typeof cell === 'number' ? { hAlign: 'right' } : {};
}
