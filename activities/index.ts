import type { Dependencies } from './dependencies.js';
import { createCheckForms } from './checkForms.js';
import { createExtractDirectory } from './extractDirectory.js';
import { createExtractPages } from './extractPages.js';
import { createFetchForms } from './fetchForms.js';
import { createListFormVersions } from './listFormVersions.js';
import { createListHeld } from './listHeld.js';
import { createLoadBatch } from './loadBatch.js';
import { createNormalizeBatch } from './normalizeBatch.js';
import { createPlanBackfill } from './planBackfill.js';
import { createPlanWindows } from './planWindows.js';
import { createReadRecords } from './readRecords.js';
import { createRecallMark } from './recallMark.js';
import { createRecordRuns } from './recordRuns.js';
import { createSelectChanged } from './selectChanged.js';

/** Activities that call a vendor's API. */
export function createApiActivities(dependencies: Dependencies) {
  return {
    planWindows: createPlanWindows(dependencies),
    extractDirectory: createExtractDirectory(dependencies),
    extractPages: createExtractPages(dependencies),
    readRecords: createReadRecords(dependencies),
    fetchForms: createFetchForms(dependencies),
    checkForms: createCheckForms(dependencies),
  };
}

/** Activities that only compute on staged files. */
export function createLocalActivities(dependencies: Dependencies) {
  return { normalizeBatch: createNormalizeBatch(dependencies) };
}

/** Activities that touch the warehouse. */
export function createWarehouseActivities(dependencies: Dependencies) {
  return {
    listHeld: createListHeld(dependencies),
    selectChanged: createSelectChanged(dependencies),
    loadBatch: createLoadBatch(dependencies),
    listFormVersions: createListFormVersions(dependencies),
    recallMark: createRecallMark(dependencies),
    planBackfill: createPlanBackfill(dependencies),
    recordRuns: createRecordRuns(dependencies),
  };
}

export type ApiActivities = ReturnType<typeof createApiActivities>;
export type LocalActivities = ReturnType<typeof createLocalActivities>;
export type WarehouseActivities = ReturnType<typeof createWarehouseActivities>;
