/** Scorecards that agents fill in about themselves, kept apart from those of evaluators. */
import { answer, scorecard } from './evaluations.js';
import { identity, lifecycle, provenance, raw, version } from './technical.js';

export const selfAssessments = {
  name: 'self_assessments',
  kind: 'versioned',
  grain: 'one scorecard that an agent filled in about work of their own; it never counts for the agent',
  key: ['connection', 'evaluation_id'],
  partitionBy: 'evaluation_month',
  columns: [
    ...identity,
    {
      name: 'evaluation_id',
      type: 'string',
      nullable: false,
      description: "The source's id of the self-assessment.",
    },
    ...scorecard,
    raw,
    ...version,
    ...provenance,
    ...lifecycle,
  ],
} as const;

export const selfAssessmentAnswers = {
  name: 'self_assessment_answers',
  kind: 'part',
  partOf: 'self_assessments',
  grain: 'one question of one self-assessment',
  key: ['connection', 'evaluation_id', 'question_id'],
  partitionBy: 'evaluation_month',
  columns: [...identity, ...answer, ...provenance, ...lifecycle],
} as const;
