/** The views that every warehouse has for analysts. */
import { createHash } from 'node:crypto';
import type { Dialect } from '../dialect.js';
import { agentCsat } from './agentCsat.js';
import { agentFeedback } from './agentFeedback.js';
import { agentScorecard } from './agentScorecard.js';
import { csatAgainstQuality } from './csatAgainstQuality.js';
import { currentAgentMetrics } from './currentAgentMetrics.js';
import { currentAnswers } from './currentAnswers.js';
import { formVersionDrift } from './formVersionDrift.js';
import { formVersionTrend } from './formVersionTrend.js';
import { questionTrend } from './questionTrend.js';
import type { View } from './view.js';

/** In an order in which they can be made: one that reads another comes after it. */
export const createViews = (dialect: Dialect): View[] => [
  currentAnswers(dialect),
  agentScorecard(dialect),
  questionTrend(dialect),
  formVersionDrift(dialect),
  formVersionTrend(dialect),
  csatAgainstQuality(dialect),
  agentCsat(dialect),
  agentFeedback(dialect),
  currentAgentMetrics(dialect),
];

/** The statements that make a view, or put it in the place of an older one. */
export const viewStatements = (dialect: Dialect, view: View): string[] =>
  dialect.createView({
    view: dialect.table(view.name),
    description: commentOf(view),
    columns: view.columns,
    query: view.sql,
  });

/** The statements for the views that a warehouse lacks or has in another definition; none when all are right.
 * @param comments of the views that it has, by name
 */
export const missingViews = (dialect: Dialect, comments: ReadonlyMap<string, string | null>): string[] =>
  createViews(dialect)
    .filter((view) => comments.get(view.name) !== commentOf(view))
    .flatMap((view) => viewStatements(dialect, view));

/** Warehouses keep a query in their own words; the comment says by which definition the view was made. */
function commentOf({ description, columns, sql }: View): string {
  const definition = createHash('sha256')
    .update(JSON.stringify([sql, columns]))
    .digest('hex');
  return `${description} (Definition ${definition.slice(0, 12)})`;
}
