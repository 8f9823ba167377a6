/** One partition for each month that a table holds rows of, made when a batch first needs it. */
import type { Table } from '../../model/column.js';
import { TidemarkError } from '../../model/errors.js';
import { tables, type StagedTableName } from '../../model/tables.js';
import type { Server } from './server.js';
import type { Session } from './session.js';

/** Answers the names of those it made. @param months first days of months, YYYY-MM-DD */
export async function makePartitions(
  { run }: Session,
  { dialect, schema }: Pick<Server, 'dialect' | 'schema'>,
  staged: Iterable<StagedTableName>,
  months: readonly string[],
): Promise<string[]> {
  const wanted = [...staged].flatMap((name) =>
    (tables[name] as Table).partitionBy === undefined ? [] : months.map((month) => ({ name, month })),
  );
  if (wanted.length === 0) return [];
  const found = await run(
    `SELECT relname AS name FROM pg_class C JOIN pg_namespace N ON N.oid = C.relnamespace
     WHERE N.nspname = ${dialect.text(schema)} AND C.relkind IN ('r', 'p')`,
  );
  const held = new Set(found.map(({ name }) => name));
  const made: string[] = [];
  for (const { name, month } of wanted) {
    const partition = partitionName(name, month);
    if (held.has(partition)) continue;
    made.push(partition);
    const end = monthAfter(month);
    // Attached instead of made as a partition: that way nobody who reads the table has to wait for the load.
    // Indexes come with attaching, under the names that PostgreSQL gives them.
    await run(
      `CREATE TABLE ${dialect.table(partition)} (LIKE ${dialect.table(name)} INCLUDING ALL EXCLUDING INDEXES EXCLUDING IDENTITY)`,
    );
    await run(
      `ALTER TABLE ${dialect.table(name)} ATTACH PARTITION ${dialect.table(partition)}
       FOR VALUES FROM (${dialect.text(month)}) TO (${dialect.text(end)})`,
    );
  }
  return made;
}

/** `evaluations_2026_11` for 2026-11-01. */
const partitionName = (table: StagedTableName, month: string) =>
  `${table}_${month.slice(0, 4)}_${month.slice(5, 7)}`;

function monthAfter(month: string): string {
  const first = new Date(`${month}T00:00:00.000Z`);
  if (Number.isNaN(first.getTime()) || !month.endsWith('-01')) {
    throw new TidemarkError('LoadRefused', `"${month}" is not the first day of a month.`, {
      remedy:
        'Nothing of the batch was loaded. The mapping broke its own promise: report it with this message.',
    });
  }
  first.setUTCMonth(first.getUTCMonth() + 1);
  return first.toISOString().slice(0, 10);
}
