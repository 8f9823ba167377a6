import { contentHash } from '../../../model/contentHash.js';
import type { CanonicalRows } from '../../../model/tables.js';
import type { MappingContext, SourceRecord } from '../../source.js';
import { stamps } from '../stamps.js';
import { instantOrNull, orNull, parseBody, rawOf, sortedJson } from '../../rows/parse.js';
import { calibrationSchema } from './schemas.js';

/** The calibration itself; its scorecards are evaluations and come as such. */
export function mapCalibration(record: SourceRecord, context: MappingContext): CanonicalRows {
  const calibration = parseBody(calibrationSchema, record.body, `calibration ${record.id}`);
  const row = {
    ...stamps({ ...context, extractedAt: record.extractedAt }),
    calibration_id: calibration.id,
    name: orNull(calibration.name),
    conversation_id: orNull(calibration.conversation?.id),
    calibrator_id: orNull(calibration.calibrator?.id),
    agent_id: orNull(calibration.agent?.id),
    expert_evaluator_id: orNull(calibration.expertEvaluator?.id),
    scoring_index_evaluation_id: orNull(calibration.scoringIndex?.id),
    form_id: orNull(calibration.evaluationForm?.id),
    // Of the calibration's own contextId the vendor does not say what it is of.
    form_context_id: orNull(calibration.evaluationForm?.contextId ?? calibration.contextId),
    average_score: orNull(calibration.averageScore),
    high_score: orNull(calibration.highScore),
    low_score: orNull(calibration.lowScore),
    evaluator_ids: sortedJson(calibration.evaluators?.map(({ id }) => id)),
    created_at: instantOrNull(calibration.createdDate),
    raw: rawOf(record),
    change_stamp: record.changeStamp,
  };
  return { calibrations: [{ ...row, content_hash: contentHash(row) }] };
}
