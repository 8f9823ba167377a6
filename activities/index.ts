import type { Dependencies } from './dependencies.js';
import { createAuditIntervals } from './auditIntervals.js';
import { createAuditVisibility } from './auditVisibility.js';
import { createCheckForms } from './checkForms.js';
import { createCompareBatch } from './compareBatch.js';
import { createCompareCounts } from './compareCounts.js';
import { createConcludeReconciliation } from './concludeReconciliation.js';
import { createCountCreated } from './countCreated.js';
import { createFetchConversations } from './fetchConversations.js';
import { createDiscardStaged } from './discardStaged.js';
import { createExtractDirectory } from './extractDirectory.js';
import { createExtractPages } from './extractPages.js';
import { createCollectJob, createPlanJobs, createShapeExtract, createSubmitJob } from './extractionJobs.js';
import { createFetchForms } from './fetchForms.js';
import { createKeepQuarantined } from './keepQuarantined.js';
import { createListAbsent } from './listAbsent.js';
import { createListFormVersions } from './listFormVersions.js';
import { createListHeld } from './listHeld.js';
import { createListQuarantine } from './listQuarantine.js';
import { createLoadBatch } from './loadBatch.js';
import { createNormalizeBatch } from './normalizeBatch.js';
import { createPlanBackfill } from './planBackfill.js';
import { createPlanWindows } from './planWindows.js';
import { createConcludeReread, createPlanReread } from './rereadByWindows.js';
import { createReadRecords } from './readRecords.js';
import { createRecallConversations } from './recallConversations.js';
import { createRecallMark } from './recallMark.js';
import { createReadMetrics } from './readMetrics.js';
import { createRecordMetrics } from './recordMetrics.js';
import { createRecordRuns } from './recordRuns.js';
import { createRecordVisibility } from './recordVisibility.js';
import { createSelectChanged } from './selectChanged.js';
import { createSendAlert } from './sendAlert.js';
import { createSettleQuarantine } from './settleQuarantine.js';

/** Activities that call a vendor's API. */
export function createApiActivities(dependencies: Dependencies) {
  return {
    planWindows: createPlanWindows(dependencies),
    planJobs: createPlanJobs(dependencies),
    submitJob: createSubmitJob(dependencies),
    collectJob: createCollectJob(dependencies),
    extractDirectory: createExtractDirectory(dependencies),
    extractPages: createExtractPages(dependencies),
    readRecords: createReadRecords(dependencies),
    fetchForms: createFetchForms(dependencies),
    fetchConversations: createFetchConversations(dependencies),
    checkForms: createCheckForms(dependencies),
    countCreated: createCountCreated(dependencies),
    auditVisibility: createAuditVisibility(dependencies),
    readMetrics: createReadMetrics(dependencies),
  };
}

/** Activities that need neither a vendor nor the warehouse: they compute on staged files, or tell people. */
export function createLocalActivities(dependencies: Dependencies) {
  return {
    shapeExtract: createShapeExtract(dependencies),
    normalizeBatch: createNormalizeBatch(dependencies),
    discardStaged: createDiscardStaged(dependencies),
    sendAlert: createSendAlert(dependencies),
  };
}

/** Activities that touch the warehouse. */
export function createWarehouseActivities(dependencies: Dependencies) {
  return {
    listHeld: createListHeld(dependencies),
    selectChanged: createSelectChanged(dependencies),
    loadBatch: createLoadBatch(dependencies),
    listFormVersions: createListFormVersions(dependencies),
    recallMark: createRecallMark(dependencies),
    recallConversations: createRecallConversations(dependencies),
    compareBatch: createCompareBatch(dependencies),
    listAbsent: createListAbsent(dependencies),
    concludeReconciliation: createConcludeReconciliation(dependencies),
    compareCounts: createCompareCounts(dependencies),
    planReread: createPlanReread(dependencies),
    concludeReread: createConcludeReread(dependencies),
    planBackfill: createPlanBackfill(dependencies),
    auditIntervals: createAuditIntervals(dependencies),
    keepQuarantined: createKeepQuarantined(dependencies),
    listQuarantine: createListQuarantine(dependencies),
    settleQuarantine: createSettleQuarantine(dependencies),
    recordRuns: createRecordRuns(dependencies),
    recordVisibility: createRecordVisibility(dependencies),
    recordMetrics: createRecordMetrics(dependencies),
  };
}

export type ApiActivities = ReturnType<typeof createApiActivities>;
export type LocalActivities = ReturnType<typeof createLocalActivities>;
export type WarehouseActivities = ReturnType<typeof createWarehouseActivities>;
