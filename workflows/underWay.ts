import { defineQuery } from '@temporalio/workflow';
import type { SpanUnderWay } from '../model/intervalAudit.js';

/** Asked of exports and backfills by audits, for whom nothing is missing that is still being loaded. */
export const underWayQuery = defineQuery<SpanUnderWay[]>('underWay');
