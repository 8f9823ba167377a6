import type { CanonicalRows, Row } from '../../../model/tables.js';
import { sampleRow } from '../../support/sampleRows.js';

const mine = { connection: 'acme', source_system: 'genesys' } as const;

export interface EvaluationSample {
  id?: string;
  stamp?: string;
  extracted?: string;
  month?: string;
  score?: number;
  /** Question ids that were answered. */
  questions?: string[];
  hash?: string;
  values?: Partial<Row<'evaluations'>>;
}

export const hour = (number: number) => `2026-11-01T${String(number).padStart(2, '0')}:00:00.000Z`;

/** One evaluation with its group scores, answers and history, as a mapper would make them. */
export function evaluation(sample: EvaluationSample = {}): CanonicalRows {
  const { id = 'e1', stamp = hour(8), extracted = hour(9), month = '2026-10-01' } = sample;
  const { score = 80, questions = ['q1', 'q2'] } = sample;
  const hash = sample.hash ?? `${score}/${questions.join()}`;
  const common = { ...mine, evaluation_id: id, evaluation_month: month, extracted_at: extracted };
  const version = { change_stamp: stamp, content_hash: hash };
  return {
    evaluations: [
      sampleRow('evaluations', {
        ...common,
        ...version,
        total_score: score,
        status: 'FINISHED',
        ...sample.values,
      }),
    ],
    evaluation_group_scores:
      questions.length === 0
        ? []
        : [sampleRow('evaluation_group_scores', { ...common, question_group_id: 'g1', total_score: score })],
    evaluation_answers: questions.map((question) =>
      sampleRow('evaluation_answers', { ...common, question_id: question, score }),
    ),
    evaluation_history: [sampleRow('evaluation_history', { ...common, ...version, total_score: score })],
  };
}

export function tombstone(
  id: string,
  detectedAt: string,
  entity: Row<'tombstones'>['entity'] = 'evaluations',
): CanonicalRows {
  const stamps = { detected_at: detectedAt, extracted_at: detectedAt };
  return { tombstones: [sampleRow('tombstones', { ...mine, entity, record_id: id, ...stamps })] };
}
