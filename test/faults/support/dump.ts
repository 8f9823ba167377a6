/** Everything a warehouse holds, in a form in which equal contents are equal texts. */
import { tableNames, tables, type TableName } from '../../../model/tables.js';
import type { Table } from '../../../model/column.js';
import type { Warehouse } from '../../../warehouses/warehouse.js';

/** When something happened, and which run did it: another run has others. */
const ofTheRun = new Set([
  ...[
    'loaded_at',
    'first_seen_at',
    'extracted_at',
    'deleted_at',
    'detected_at',
    'observed_at',
    'reconciled_at',
  ],
  ...['started_at', 'ended_at', 'nominal_at', 'read_at', 'audited_at', 'first_at', 'last_at', 'decided_at'],
  ...['batch_id', 'workflow_id', 'run_id', 'reconciliation_id', 'audit_id', 'quarantine_id'],
]);

/** Columns that say how much work something was: a repetition makes them larger, and should. */
const ofTheWork = new Set(['requests', 'pages', 'attempts', 'staged_rows', 'message', 'notes']);

/** Of these the vendor states no time of change: that of reading them stands for it. */
const undated = new Set<TableName>(['divisions', 'users', 'queues', 'conversations', 'forms']);

/** Tables whose every row says what one run did: how often is for tests that count. */
const logs = new Set<TableName>(['load_audit', 'interval_runs', 'schema_changes']);

/** Lines by table, in an order that does not depend on that of loading. */
export async function dump(warehouse: Warehouse): Promise<Record<string, string[]>> {
  const contents: Record<string, string[]> = {};
  for (const name of tableNames) {
    if (logs.has(name)) continue;
    const table: Table = tables[name];
    const columns = table.columns
      .map((column) => column.name)
      .filter((column) => !ofTheRun.has(column) && !ofTheWork.has(column))
      .filter((column) => (column !== 'change_stamp' && column !== 'raw') || !undated.has(name));
    const rows = await warehouse.query(`SELECT ${columns.join(', ')} FROM ${name}`);
    contents[name] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return contents;
}

const shown = 2;

/** What one has and the other has not, by table, a few lines of each; empty where they are equal. */
export function differences(
  expected: Readonly<Record<string, string[]>>,
  found: Readonly<Record<string, string[]>>,
): Record<string, { missing: string[]; extra: string[] }> {
  const different: Record<string, { missing: string[]; extra: string[] }> = {};
  for (const name of Object.keys({ ...expected, ...found })) {
    const missing = without(expected[name] ?? [], found[name] ?? []);
    const extra = without(found[name] ?? [], expected[name] ?? []);
    if (missing.length + extra.length > 0)
      different[name] = { missing: missing.slice(0, shown), extra: extra.slice(0, shown) };
  }
  return different;
}

/** The first list without the lines of the second, each as often as it is there. */
function without(lines: readonly string[], taken: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of taken) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}
