/** Runs the statements of a query job, one after the other, on a connection of their own. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Statement } from 'sql-parser-cst';
import { bytesBilled, type Estimate, estimate } from './bytes.js';
import type { TableName } from './catalog.js';
import { asBigqueryError, BigqueryError, invalidQuery } from './errors.js';
import { planAlterTable, planCreateTable, planCreateView, planDrop } from './sql/ddl.js';
import { planDelete, planInsert, planMerge, planUpdate } from './sql/dml.js';
import { refuseJsonComparisons } from './sql/jsonComparisons.js';
import { readStatements, translate } from './sql/parse.js';
import type { DmlStats, Outcome, Plan, Session } from './sql/plan.js';
import { untranslated, type Names, type Translation } from './sql/translation.js';
import { describeQuery, readRows, type Rows } from './storage.js';

/** What one statement did. */
export interface StatementResult extends Estimate {
  statementType: string;
  text: string;
  target?: TableName | undefined;
  rows?: Rows | undefined;
  dml?: DmlStats | undefined;
  start: number;
  end: number;
}

export interface QueryRequest extends Omit<Names, 'temporary' | 'rowCount'> {
  sql: string;
  dryRun: boolean;
  /** Bytes that the job may bill at most, over all its statements. */
  maximumBytesBilled?: number | undefined;
}

const simple = (statementType: string, run: Plan['run']): Plan => ({ statementType, run });

function planStatement(statement: Statement, t: Translation, source: string): Plan {
  switch (statement.type) {
    case 'select_stmt':
    case 'compound_select_stmt': {
      const sql = t.emit(statement);
      return {
        statementType: 'SELECT',
        bind: sql,
        run: async ({ connection }) => ({ rows: await readRows(connection, sql) }),
      };
    }
    case 'insert_stmt':
      return planInsert(statement, t);
    case 'update_stmt':
      return planUpdate(statement, t);
    case 'delete_stmt':
      return planDelete(statement, t);
    case 'merge_stmt':
      return planMerge(statement, t);
    case 'create_table_stmt':
      return planCreateTable(statement, t);
    case 'create_view_stmt':
      return planCreateView(statement, t, source);
    case 'drop_table_stmt':
    case 'drop_view_stmt':
      return planDrop(statement, t);
    case 'alter_table_stmt':
      return planAlterTable(statement, t);
    case 'assert_stmt': {
      const sql = `SELECT CAST((${t.emit(statement.condition)}) AS BOOLEAN) AS holds`;
      const text =
        statement.message?.type === 'as_clause' ? statement.message.expr.value : 'Assertion failed';
      return {
        statementType: 'ASSERT',
        bind: sql,
        run: async ({ connection }) => {
          const { rows } = await readRows(connection, sql);
          if (rows[0]?.[0] !== true) throw invalidQuery(text);
          return {};
        },
      };
    }
    case 'start_transaction_stmt':
      return simple('BEGIN_TRANSACTION', async (session) => {
        if (session.inTransaction) throw invalidQuery('Transaction is already in progress');
        if (!session.isScript)
          throw invalidQuery('Transaction control statements are supported only in scripts or sessions');
        await session.connection.run('BEGIN TRANSACTION');
        session.inTransaction = true;
        return {};
      });
    case 'commit_transaction_stmt':
      return simple('COMMIT_TRANSACTION', (session) => endTransaction(session, 'COMMIT'));
    case 'rollback_transaction_stmt':
      return simple('ROLLBACK_TRANSACTION', (session) => endTransaction(session, 'ROLLBACK'));
    default:
      throw untranslated(
        statement.type
          .replace(/_stmt$/, '')
          .replaceAll('_', ' ')
          .toUpperCase(),
      );
  }
}

async function endTransaction(session: Session, how: 'COMMIT' | 'ROLLBACK'): Promise<Outcome> {
  if (!session.inTransaction) throw invalidQuery(`There is no active transaction to ${how.toLowerCase()}`);
  session.inTransaction = false;
  await session.connection.run(how);
  return {};
}

/** Runs them all, or says what they would read. Whatever fails ends the job and rolls an open transaction back. */
export async function runQuery(
  connection: DuckDBConnection,
  request: QueryRequest,
  done: StatementResult[],
): Promise<void> {
  const statements = readStatements(request.sql);
  if (statements.length === 0) throw invalidQuery('Syntax error: Unexpected end of statement');
  const session: Session = {
    catalog: request.catalog,
    connection,
    temporary: new Set(),
    inTransaction: false,
    isScript: statements.length > 1,
  };
  let rowCount: number | undefined;
  try {
    for (const statement of statements) {
      const result = await runStatement(
        statement,
        session,
        { ...request, temporary: session.temporary, rowCount },
        request,
        done,
      );
      done.push(result);
      if (result.dml !== undefined) rowCount = affectedRows(result.dml);
    }
  } catch (error) {
    throw session.isScript ? atPlace(error, statements[done.length], request.sql) : asBigqueryError(error);
  } finally {
    // Also what a script leaves open at its end is rolled back.
    if (session.inTransaction) await connection.run('ROLLBACK');
  }
}

async function runStatement(
  statement: Statement,
  session: Session,
  names: Names,
  { sql, dryRun, maximumBytesBilled }: QueryRequest,
  before: readonly StatementResult[],
): Promise<StatementResult> {
  const start = Date.now();
  const t = translate(names);
  const plan = planStatement(statement, t, sql);
  refuseJsonComparisons(statement, t);
  const read = await estimate(session.connection, statement, t);
  const result = {
    statementType: plan.statementType,
    text: sql.slice(...(statement.range ?? [0])),
    target: plan.target,
    start,
    ...read,
  };
  if (plan.temporary !== undefined && dryRun) session.temporary.add(plan.temporary);
  if (dryRun) {
    // What reads temporary tables cannot be bound, for nothing makes them.
    if (plan.bind !== undefined && !session.isScript)
      return { ...result, ...(await bound(session, plan)), end: Date.now() };
    return { ...result, end: Date.now() };
  }
  if (maximumBytesBilled !== undefined) {
    const billed = before.reduce((sum, each) => sum + bytesBilled(each), 0) + bytesBilled(read);
    if (billed > maximumBytesBilled) {
      throw new BigqueryError(
        'bytesBilledLimitExceeded',
        `Query exceeded limit for bytes billed: ${maximumBytesBilled}. ${billed} or higher required.`,
      );
    }
  }
  for (const guard of plan.guards ?? []) {
    const found = await session.connection.runAndReadAll(guard.sql);
    if (found.currentRowCount > 0) throw guard.error;
  }
  const outcome = await plan.run(session);
  if (plan.temporary !== undefined) session.temporary.add(plan.temporary);
  return { ...result, ...outcome, end: Date.now() };
}

/** Binds a statement, and tells the fields of a query. */
async function bound({ connection }: Session, { bind = '', statementType }: Plan): Promise<{ rows?: Rows }> {
  if (statementType === 'SELECT')
    return { rows: { fields: await describeQuery(connection, bind), rows: [] } };
  await connection.run(`EXPLAIN ${bind}`);
  return {};
}

/** An error of a script says where in it. */
function atPlace(thrown: unknown, statement: Statement | undefined, sql: string): BigqueryError {
  const error = asBigqueryError(thrown);
  const before = sql.slice(0, statement?.range?.[0] ?? 0).split('\n');
  return new BigqueryError(
    error.reason,
    `${error.message} at [${before.length}:${(before.at(-1)?.length ?? 0) + 1}]`,
  );
}

export const affectedRows = ({ insertedRowCount, updatedRowCount, deletedRowCount }: DmlStats) =>
  insertedRowCount + updatedRowCount + deletedRowCount;
