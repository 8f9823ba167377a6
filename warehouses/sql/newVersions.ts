/** Which staged versions of a record are new: one rule for every warehouse. */
import { sameKey, type Dialect } from './dialect.js';
import type { VersionsPlan } from './mergePlan.js';

/**
 * What follows SELECT for the staged rows, as S, whose neighbours in time have other content. Content that came back
 * is new again; what a load is repeated with is not, nor a copy that was read earlier and is loaded later.
 * @param where further conditions on the rows held, as T
 */
export function newVersions(dialect: Dialect, plan: VersionsPlan, where: readonly string[] = []): string {
  const { identifier } = dialect;
  const key = plan.key.map((column) => `S.${identifier(column)}`).join(', ');
  const nearest = (aggregate: string, order: string, content: string) =>
    `${aggregate}(CASE WHEN T.extracted_at ${order} S.extracted_at AND T.content_hash ${content} S.content_hash
        THEN T.extracted_at END)`;
  return `FROM ${dialect.staged(plan.name)} S
    LEFT JOIN (
      SELECT ${key},
        ${nearest('max', '<=', '=')} AS same_before, ${nearest('max', '<=', '<>')} AS other_before,
        ${nearest('min', '>=', '=')} AS same_after, ${nearest('min', '>=', '<>')} AS other_after
      FROM ${dialect.staged(plan.name)} S
      JOIN ${dialect.table(plan.name)} T ON ${[sameKey(dialect, plan.lineOf, 'S', 'T'), ...where].join(' AND ')}
      GROUP BY ${key}
    ) N ON ${sameKey(dialect, plan.key, 'S', 'N')}
    WHERE (N.same_before IS NULL OR N.other_before > N.same_before)
      AND (N.same_after IS NULL OR N.other_after < N.same_after)`;
}
