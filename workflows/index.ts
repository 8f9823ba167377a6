export { exportStream } from './exportStream.js';
export { loadWindow } from './loadWindow.js';
export { reextractForm } from './reextractForm.js';
export { backfillStream } from './backfillStream.js';
export { auditIntervals } from './auditIntervals.js';
export { auditVisibility } from './auditVisibility.js';
export { reconcileStream } from './reconcileStream.js';
export { decideQuarantine } from './decideQuarantine.js';
