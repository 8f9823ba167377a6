import type { GuideOperation } from '../call.js';
import { assessments } from './assessments.js';
import { conversations } from './conversations.js';
import { divisions } from './divisions.js';
import { evaluations } from './evaluations.js';
import { feedback } from './feedback.js';
import { metricReadings } from './metrics.js';
import { templates } from './templates.js';

/** Everything that the guide contract serves. */
export const operations: readonly GuideOperation[] = [
  ...assessments,
  ...conversations,
  ...divisions,
  ...evaluations,
  ...feedback,
  ...metricReadings,
  ...templates,
];
