/** Exports and what follows from them, a worker killed at every step: the warehouse holds the same as without. */
import { parts } from './support/acts.js';
import { killedAtEveryStep } from './support/killedAtEveryStep.js';

killedAtEveryStep(parts.whatIsExported);
