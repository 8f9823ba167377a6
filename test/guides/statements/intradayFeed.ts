import type { Guide } from '../statement.js';
import { intradayReading } from './intradayReading.js';
import { intradayPage } from './intradayPage.js';

export const intradayFeed: Guide = {
  number: 2,
  title: 'An intraday feed of scores',
  about: 'Scores of the current business day for a dashboard.',
  statements: [...intradayReading, ...intradayPage],
};
