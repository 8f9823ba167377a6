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

/** The same of one table alone. */
const ofTheRunIn: Partial<Record<TableName, readonly string[]>> = {
  agent_metrics: ['business_day', 'time_zone', 'window_start', 'window_end', 'polled_at'],
  quarantined_pages: ['attempt', 'last_batch_id', 'quarantined_at'],
  // Not every contract states when a survey changed: the time of reading it stands for that.
  surveys: ['change_stamp'],
};

/** Of one request, or one job of the vendor: another has another. */
const ofTheRequest = /(?<=correlation id |jobId\W+)[0-9a-f-]{36}/g;

/** Columns that say how much work something was: a repetition makes them larger, and should. */
const ofTheWork = new Set(['requests', 'pages', 'attempts', 'staged_rows', 'message', 'notes']);

/** Of these the vendor states no time of change: that of reading them stands for it. */
const undated = new Set<TableName>(['divisions', 'users', 'queues', 'conversations', 'forms']);

/** What tells connections apart that hold the same: the hash is one of the name, too. */
const ofTheConnection = new Set(['connection', 'content_hash']);

/** Tables whose every row says what one run did: how often is for tests that count. */
const logs = new Set<TableName>(['load_audit', 'interval_runs', 'schema_changes']);

/** A row as text, as the warehouse writes it. */
const rowAsText = {
  standard: 'CAST(to_json(entry) AS VARCHAR)',
  googlesql: 'TO_JSON_STRING(entry)',
};

/**
 * Lines by table, in an order that does not depend on that of loading. One query for all, as whoever reads a file keeps
 * others from writing into it.
 * @param connection only what is held of one, under whatever name
 */
export async function dump(
  warehouse: Pick<Warehouse, 'query'>,
  connection?: string,
  language: keyof typeof rowAsText = 'standard',
): Promise<Record<string, string[]>> {
  const names = tableNames.filter((name) => !logs.has(name));
  const contents = Object.fromEntries(names.map((name): [string, string[]] => [name, []]));
  for (const { name, line } of await warehouse.query(
    names.map((each) => linesOf(each, connection, language)).join(' UNION ALL '),
  )) {
    contents[String(name)]?.push(String(line).replaceAll(ofTheRequest, 'one of the vendor'));
  }
  for (const lines of Object.values(contents)) lines.sort();
  return contents;
}

function linesOf(name: TableName, connection: string | undefined, language: keyof typeof rowAsText): string {
  const table: Table = tables[name];
  const columns = table.columns
    .map((column) => column.name)
    .filter((column) => connection === undefined || !ofTheConnection.has(column))
    .filter((column) => !ofTheRun.has(column) && !ofTheWork.has(column))
    .filter((column) => ofTheRunIn[name]?.includes(column) !== true)
    .filter((column) => (column !== 'change_stamp' && column !== 'raw') || !undated.has(name));
  const where = connection === undefined ? '' : ` WHERE connection = '${connection}'`;
  const rows = `SELECT ${columns.join(', ')} FROM ${name}${where}`;
  return `SELECT '${name}' AS name, ${rowAsText[language]} AS line FROM (${rows}) AS entry`;
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
