/** The views that every warehouse has for analysts. */
import type { Dialect } from '../dialect.js';
import { agentScorecard } from './agentScorecard.js';
import { currentAnswers } from './currentAnswers.js';
import { formVersionDrift } from './formVersionDrift.js';
import { questionTrend } from './questionTrend.js';
import type { View } from './view.js';

/** In an order in which they can be made: one that reads another comes after it. */
export const createViews = (dialect: Dialect): View[] => [
  currentAnswers(dialect),
  agentScorecard(dialect),
  questionTrend(dialect),
  formVersionDrift(dialect),
];

/** The statements that make a view, or put it in the place of an older one. */
export const viewStatements = (dialect: Dialect, { name, description, columns, sql }: View): string[] =>
  dialect.createView({ view: dialect.table(name), description, columns, query: sql });
