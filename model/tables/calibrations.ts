import { answer, scorecard } from './evaluations.js';
import { identity, lifecycle, provenance, raw, version } from './technical.js';

export const calibrations = {
  name: 'calibrations',
  kind: 'versioned',
  grain: 'one calibration: several evaluators scoring the same conversation to test their agreement',
  key: ['connection', 'calibration_id'],
  columns: [
    ...identity,
    {
      name: 'calibration_id',
      type: 'string',
      nullable: false,
      description: "The source's id of the calibration.",
    },
    { name: 'name', type: 'string', nullable: true, description: 'Name of the calibration.' },
    {
      name: 'conversation_id',
      type: 'string',
      nullable: true,
      description: 'Conversation that all evaluators scored.',
    },
    { name: 'calibrator_id', type: 'string', nullable: true, description: 'Who ran the calibration.' },
    { name: 'agent_id', type: 'string', nullable: true, description: 'Agent of the conversation.' },
    {
      name: 'expert_evaluator_id',
      type: 'string',
      nullable: true,
      description: 'Evaluator whose scores are the reference.',
    },
    {
      name: 'scoring_index_evaluation_id',
      type: 'string',
      nullable: true,
      description: 'Evaluation that counts as the reference.',
    },
    { name: 'form_id', type: 'string', nullable: true, description: 'Version of the form that was used.' },
    {
      name: 'form_context_id',
      type: 'string',
      nullable: true,
      description: 'The form over all its versions.',
    },
    {
      name: 'average_score',
      type: 'double',
      nullable: true,
      description: 'Average of the total scores, as the source states it.',
    },
    {
      name: 'high_score',
      type: 'double',
      nullable: true,
      description: 'Highest total score, as the source states it.',
    },
    {
      name: 'low_score',
      type: 'double',
      nullable: true,
      description: 'Lowest total score, as the source states it.',
    },
    {
      name: 'evaluator_ids',
      type: 'json',
      nullable: false,
      description: 'Invited evaluators, sorted JSON array of ids.',
    },
    {
      name: 'created_at',
      type: 'timestamp',
      nullable: true,
      description: 'When the calibration was created (UTC).',
    },
    raw,
    ...version,
    ...provenance,
    ...lifecycle,
  ],
} as const;

export const calibrationEvaluations = {
  name: 'calibration_evaluations',
  kind: 'versioned',
  grain:
    "one evaluator's scorecard inside a calibration; tests the evaluator, so it never counts for an agent",
  key: ['connection', 'evaluation_id'],
  partitionBy: 'evaluation_month',
  columns: [
    ...identity,
    {
      name: 'evaluation_id',
      type: 'string',
      nullable: false,
      description: "The source's id of the evaluation.",
    },
    { name: 'calibration_id', type: 'string', nullable: false, description: 'Calibration it belongs to.' },
    {
      name: 'is_scoring_index',
      type: 'boolean',
      nullable: true,
      description: 'This scorecard is the reference.',
    },
    ...scorecard,
    raw,
    ...version,
    ...provenance,
    ...lifecycle,
  ],
} as const;

export const calibrationAnswers = {
  name: 'calibration_answers',
  kind: 'part',
  partOf: 'calibration_evaluations',
  grain: "one question of one evaluator's scorecard inside a calibration",
  key: ['connection', 'evaluation_id', 'question_id'],
  partitionBy: 'evaluation_month',
  columns: [
    ...identity,
    { name: 'calibration_id', type: 'string', nullable: false, description: 'Calibration it belongs to.' },
    ...answer,
    ...provenance,
    ...lifecycle,
  ],
} as const;
