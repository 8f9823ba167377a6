/** Everything that the five guides ask for, warn of or limit, each with the tests that show it. */
import type { Guide } from './statement.js';
import { csat } from './statements/csat.js';
import { dataPipeline } from './statements/dataPipeline.js';
import { externalWarehouse } from './statements/externalWarehouse.js';
import { feedbackAndScores } from './statements/feedbackAndScores.js';
import { intradayFeed } from './statements/intradayFeed.js';

export const guides: readonly Guide[] = [
  externalWarehouse,
  dataPipeline,
  intradayFeed,
  feedbackAndScores,
  csat,
];
