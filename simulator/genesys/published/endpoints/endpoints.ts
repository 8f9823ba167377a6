import type { Handlers } from '../call.js';
import { aggregates } from './aggregates.js';
import { calibrations } from './calibrations.js';
import { directory } from './directory.js';
import { divisions } from './divisions.js';
import { evaluations } from './evaluations.js';
import { forms } from './forms.js';
import { organisationLimits } from './organisationLimits.js';
import { search } from './search.js';

/** All operations that are served, by the vendor's operation name. */
export const handlers: Handlers = {
  ...aggregates,
  ...calibrations,
  ...directory,
  ...divisions,
  ...evaluations,
  ...forms,
  ...organisationLimits,
  ...search,
};
