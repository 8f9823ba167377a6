import type { Handlers } from '../call.js';
import { activity } from './activity.js';
import { calibrations } from './calibrations.js';
import { coaching } from './coaching.js';
import { conversations } from './conversations.js';
import { directory } from './directory.js';
import { divisions } from './divisions.js';
import { evaluationAggregates } from './evaluationAggregates.js';
import { evaluations } from './evaluations.js';
import { forms } from './forms.js';
import { organisationLimits } from './organisationLimits.js';
import { search } from './search.js';
import { subjects } from './subjects.js';
import { surveyAggregates } from './surveyAggregates.js';
import { surveys } from './surveys.js';

/** Every handler, by the vendor's operation name. */
export const handlers: Handlers = {
  ...activity,
  ...calibrations,
  ...coaching,
  ...conversations,
  ...directory,
  ...divisions,
  ...evaluationAggregates,
  ...evaluations,
  ...forms,
  ...organisationLimits,
  ...search,
  ...subjects,
  ...surveyAggregates,
  ...surveys,
};
