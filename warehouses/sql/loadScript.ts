/**
 * The statements of a load for warehouses that are asked in SQL, in the order in which one transaction runs them.
 * Staged tables are there already; what happens to their rows is decided first, then written, then counted.
 */
import type { StagedTableName } from '../../model/tables.js';
import { sameKey, type Dialect } from './dialect.js';
import { createCounts } from './loadCounts.js';
import * as merge from './mergeStatements.js';
import { appendedPlans, versionedPlans, type VersionedPlan } from './mergePlan.js';

export interface LoadScript {
  dialect: Dialect;
  /** Staged tables of the batch and their rows; tables without rows are not staged. */
  staged: ReadonlyMap<StagedTableName, number>;
  /**
   * Months of the batch's rows, those held included (`monthsQuery`): only they are looked at. Null: all of them,
   * for warehouses that do without.
   */
  months: readonly string[] | null;
  /** SQL of the moment of the load. */
  loadedAt: string;
}

export function mergeScript(script: LoadScript): string[] {
  const statements = createCounts(script);
  for (const owner of versionedPlans) {
    if (script.staged.has(owner.name)) statements.push(...replaceOwner(script, owner));
  }
  for (const appended of appendedPlans) {
    if (script.staged.has(appended.name)) statements.push(...merge.append(script, appended));
  }
  // Last, so that tombstones of this batch meet the rows of this batch.
  for (const owner of versionedPlans) statements.push(...deleteGone(script, owner));
  return statements;
}

function replaceOwner(script: LoadScript, owner: VersionedPlan): string[] {
  const statements = [
    ...merge.decide(script, owner),
    merge.refreshUnchanged(script, owner),
    ...merge.replace(script, owner, owner),
  ];
  for (const part of owner.parts) {
    if (script.staged.has(part.name)) statements.push(...merge.replace(script, part, owner));
    statements.push(...merge.deleteOrphans(script, part, owner));
  }
  return statements;
}

function deleteGone(script: LoadScript, owner: VersionedPlan): string[] {
  if (!script.staged.has('tombstones') && !script.staged.has(owner.name)) return [];
  return [
    ...merge.findGone(script, owner),
    ...[owner, ...owner.parts].flatMap((target) => merge.deleteGone(script, owner, target)),
  ];
}

/**
 * Asks for the months that a batch touches: those of its rows, and those in which the warehouse holds records that
 * it replaces or deletes, because a row never moves. Undefined when nothing of the batch is partitioned.
 */
export function monthsQuery({ dialect, staged }: Pick<LoadScript, 'dialect' | 'staged'>): string | undefined {
  const { identifier, table } = dialect;
  const selects = [...versionedPlans, ...appendedPlans].flatMap((plan) => {
    if (plan.partitionBy === undefined) return [];
    const month = identifier(plan.partitionBy);
    const own = staged.has(plan.name)
      ? [`SELECT S.${month} AS touched FROM ${dialect.staged(plan.name)} S`]
      : [];
    if (plan.kind !== 'versioned') return own;
    const held = staged.has(plan.name)
      ? [
          `SELECT T.${month} AS touched FROM ${table(plan.name)} T
           JOIN ${dialect.staged(plan.name)} S ON ${sameKey(dialect, plan.key, 'S', 'T')}`,
        ]
      : [];
    const gone = staged.has('tombstones')
      ? [
          `SELECT T.${month} AS touched FROM ${table(plan.name)} T
           JOIN ${dialect.staged('tombstones')} S ON S.entity = ${dialect.text(plan.name)}
             AND S.connection = T.connection AND S.record_id = T.${identifier(plan.idColumn)}`,
        ]
      : [];
    return [...own, ...held, ...gone];
  });
  if (selects.length === 0) return undefined;
  return `SELECT DISTINCT ${dialect.textOf('touched')} AS touched_month FROM (${selects.join(' UNION ALL ')}) M
    WHERE touched IS NOT NULL ORDER BY touched_month`;
}
