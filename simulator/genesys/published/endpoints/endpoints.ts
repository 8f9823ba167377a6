import type { Handlers } from '../call.js';
import { activity } from './activity.js';
import { aggregates } from './aggregates.js';
import { calibrations } from './calibrations.js';
import { conversations } from './conversations.js';
import { directory } from './directory.js';
import { divisions } from './divisions.js';
import { evaluations } from './evaluations.js';
import { forms } from './forms.js';
import { organisationLimits } from './organisationLimits.js';
import { search } from './search.js';

/** Every handler, by the vendor's operation name. */
export const handlers: Handlers = {
  ...activity,
  ...aggregates,
  ...calibrations,
  ...conversations,
  ...directory,
  ...divisions,
  ...evaluations,
  ...forms,
  ...organisationLimits,
  ...search,
};
