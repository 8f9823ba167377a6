/** What warehouses that are asked in SQL say about what they hold; the same statements in every dialect. */
import { tables, tableNames, type Row } from '../../model/tables.js';
import type { Warehouse } from '../warehouse.js';
import type { Dialect } from './dialect.js';
import { countByCreation, readFormVersions, readHeld } from './heldEvaluations.js';
import { readHeldRecords } from './heldRecords.js';
import { runForIds } from './idQueries.js';
import { readStreamRecord } from './streamRecord.js';

/**
 * Runs a query. Values of its rows are plain: integers and doubles are numbers, timestamps ISO 8601 in UTC with
 * milliseconds, dates YYYY-MM-DD, JSON its text.
 */
export type RunQuery = (sql: string) => Promise<Record<string, unknown>[]>;

export type WarehouseReads = Pick<
  Warehouse,
  | 'knownVersions'
  | 'heldEvaluations'
  | 'heldRecords'
  | 'heldFormVersions'
  | 'countHeld'
  | 'heldConversations'
  | 'loadedWindows'
  | 'intervalRuns'
  | 'streamRecord'
  | 'visibilityFindings'
  | 'agentMetrics'
  | 'quarantinedPages'
>;

export function createReads(dialect: Dialect, run: RunQuery): WarehouseReads {
  const { date, identifier, table, text, timestamp } = dialect;
  const of = (connection: string, stream: string) =>
    `connection = ${text(connection)} AND stream = ${text(stream)}`;

  return {
    async knownVersions(name, connection, ids) {
      const { key, columns } = tables[name];
      const id = identifier(key[1]);
      const has = (column: string) => columns.some((each) => each.name === column);
      const rows = await runForIds(
        dialect,
        run,
        ids,
        (list) => `SELECT ${id} AS id, change_stamp AS stamp, extracted_at AS extracted,
               ${has('status') ? 'status' : "''"} AS status,
               ${has('total_score') ? 'total_score' : `CAST(NULL AS ${dialect.types.double})`} AS score,
               is_deleted AS deleted
             FROM ${table(name)} WHERE connection = ${text(connection)} AND ${id} IN (${list})`,
      );
      return rows
        .map((row) => ({
          id: String(row['id']),
          changeStamp: String(row['stamp']),
          extractedAt: String(row['extracted']),
          status: String(row['status']),
          totalScore: typeof row['score'] === 'number' ? row['score'] : null,
          isDeleted: row['deleted'] === true,
        }))
        .sort(byText(({ id: each }) => each));
    },

    heldEvaluations: async (connection, selection) => readHeld(dialect, run, connection, selection),
    heldRecords: async (name, connection, listed) => readHeldRecords(dialect, run, name, connection, listed),
    heldFormVersions: async (connection) => readFormVersions(dialect, run, connection),
    countHeld: async (connection, created) => countByCreation(dialect, run, connection, created),

    async heldConversations(connection, ids) {
      const rows = await runForIds(
        dialect,
        run,
        ids,
        (list) => `SELECT conversation_id AS id, extracted_at AS extracted, ${dialect.jsonText('raw')} AS raw
             FROM ${table('conversations')}
             WHERE connection = ${text(connection)} AND conversation_id IN (${list})`,
      );
      return rows
        .map((row) => ({
          conversationId: String(row['id']),
          extractedAt: String(row['extracted']),
          raw: String(row['raw']),
        }))
        .sort(byText(({ conversationId }) => conversationId));
    },

    async loadedWindows(connection, stream) {
      const rows = await run(
        `SELECT window_start, window_end, min(loaded_at) AS loaded_at FROM ${table('load_audit')}
         WHERE ${of(connection, stream)} AND closes_window
         GROUP BY window_start, window_end ORDER BY window_start, window_end`,
      );
      return rows.map((row) => ({
        start: String(row['window_start']),
        end: String(row['window_end']),
        loadedAt: String(row['loaded_at']),
      }));
    },

    async intervalRuns(connection, stream, { start, end }) {
      return (await run(
        `SELECT * FROM ${table('interval_runs')}
         WHERE ${of(connection, stream)}
           AND interval_start < ${timestamp(end)} AND interval_end > ${timestamp(start)}
         ORDER BY ended_at, workflow_id, run_id`,
      )) as unknown as Row<'interval_runs'>[];
    },

    streamRecord: async (connection, stream) => readStreamRecord(dialect, run, of(connection, stream)),

    async visibilityFindings(connection, stream, before) {
      const rows = (await run(
        `SELECT * FROM ${table('visibility')}
         WHERE ${of(connection, stream)} AND audit_id = (
           SELECT audit_id FROM ${table('visibility')}
           WHERE ${of(connection, stream)} AND audited_at < ${timestamp(before)}
           ORDER BY audited_at DESC, audit_id LIMIT 1)`,
      )) as unknown as Row<'visibility'>[];
      return rows.sort(byText(({ aspect, subject_id: subject }) => `${aspect}\n${subject}`));
    },

    async agentMetrics(connection, businessDay) {
      const rows = (await run(
        `SELECT * FROM ${table('agent_metrics')}
         WHERE connection = ${text(connection)} AND business_day = ${date(businessDay)}`,
      )) as unknown as Row<'agent_metrics'>[];
      return rows.sort(
        byText((row) =>
          [row.window_end, row.entity_type, row.segment_type, row.segment_id, row.entity_id].join('\n'),
        ),
      );
    },

    async quarantinedPages(connection, stream, state) {
      const narrowed = state === undefined ? '' : `AND state = ${text(state)}`;
      return (await run(
        `SELECT * FROM ${table('quarantined_pages')} WHERE ${of(connection, stream)} ${narrowed}
         ORDER BY quarantined_at, quarantine_id`,
      )) as unknown as Row<'quarantined_pages'>[];
    },
  };
}

/** By code units, because warehouses order texts each in their own way. */
const byText =
  <T>(textOf: (each: T) => string) =>
  (a: T, b: T) =>
    textOf(a) < textOf(b) ? -1 : 1;

/** Whether a catalog has every table and column of the registry. @param paths `table.column` */
export const isComplete = (paths: ReadonlySet<string>) =>
  tableNames.every((name) => tables[name].columns.every((column) => paths.has(`${name}.${column.name}`)));
