/** What a demonstration shows at its end: a few questions an analyst would ask, answered from the warehouse. */
import type { Warehouse } from '../../warehouses/warehouse.js';
import { renderTable, write } from '../output.js';
import type { TableComparison } from './truthComparison.js';

const questions: { title: string; sql: string; head: string[] }[] = [
  {
    title: 'Agents by average score (released, current, calibrations apart)',
    head: ['agent', 'evaluations', 'average score', 'failed fatal question'],
    sql: `SELECT coalesce(u.name, e.agent_id) AS agent, count(*) AS evaluations,
                 round(avg(e.total_score), 1) AS average,
                 count(*) FILTER (e.any_failed_kill_questions) AS fatal
          FROM evaluations e
          LEFT JOIN users u ON u.connection = e.connection AND u.user_id = e.agent_id
          WHERE NOT e.is_deleted AND e.status = 'FINISHED' AND e.total_score IS NOT NULL
          GROUP BY ALL HAVING count(*) >= 10 ORDER BY average DESC LIMIT 5`,
  },
  {
    title: 'Questions that lose the most points, over all versions of their form',
    head: ['question', 'answers', 'points reached', 'versions'],
    sql: `SELECT left(any_value(a.question_text), 60) AS question, count(*) AS answers,
                 printf('%.1f %%', 100 * sum(a.score) / sum(a.max_score)) AS reached,
                 count(DISTINCT a.form_id) AS versions
          FROM evaluation_answers a JOIN evaluations e USING (connection, evaluation_id)
          WHERE NOT a.is_deleted AND NOT e.is_deleted AND e.status = 'FINISHED'
            AND a.max_score > 0 AND NOT a.marked_na AND NOT a.system_marked_na
          GROUP BY a.question_context_id ORDER BY sum(a.score) / sum(a.max_score) LIMIT 5`,
  },
  {
    title: 'Forms and their versions',
    head: ['form', 'versions', 'evaluations', 'average score'],
    sql: `SELECT any_value(f.name) AS form, count(DISTINCT f.form_id) AS versions, count(*) AS evaluations,
                 round(avg(e.normalized_score), 1) AS average
          FROM evaluations e JOIN forms f USING (connection, form_id)
          WHERE NOT e.is_deleted AND e.status = 'FINISHED'
          GROUP BY f.form_context_id ORDER BY 1`,
  },
];

export async function showQuestions(warehouse: Warehouse): Promise<void> {
  for (const { title, head, sql } of questions) {
    const rows = await warehouse.query(sql);
    write(`\n${title}`);
    write(
      renderTable(
        head,
        rows.map((row) =>
          Object.values(row).map((value) => (typeof value === 'number' ? value : String(value))),
        ),
      ),
    );
  }
}

export function showComparison(comparisons: readonly TableComparison[]): void {
  write("\nThe warehouse against the organisation's truth");
  write(
    renderTable(
      ['table', 'rows', 'missing', 'extra', 'different'],
      comparisons.map(({ table, rows, missing, extra, different }) => [
        table,
        rows,
        missing,
        extra,
        different,
      ]),
    ),
  );
  for (const example of comparisons.flatMap(({ examples }) => examples)) write(`  ${example}`);
}
