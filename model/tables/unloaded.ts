/** Records that are not loaded as the source shows them: gone, absent, or held back. */
import { identity, provenance } from './technical.js';

export const tombstones = {
  name: 'tombstones',
  kind: 'history',
  grain: 'one record that the source no longer has, with the evidence',
  key: ['connection', 'entity', 'record_id', 'detected_at'],
  columns: [
    ...identity,
    {
      name: 'entity',
      type: 'string',
      nullable: false,
      values: [
        'evaluations',
        'calibration_evaluations',
        'self_assessments',
        'calibrations',
        'surveys',
        'feedback',
      ],
      description:
        'Table of the record: evaluations, calibration_evaluations, self_assessments, calibrations, surveys or ' +
        'feedback.',
    },
    { name: 'record_id', type: 'string', nullable: false, description: "The source's id of the record." },
    {
      name: 'evidence',
      type: 'string',
      nullable: false,
      description:
        'How it was established, e.g. deleted event and 404 on lookup, or absent from complete re-reads.',
    },
    {
      name: 'detected_at',
      type: 'timestamp',
      nullable: false,
      description: 'When it was established (UTC).',
    },
    ...provenance,
  ],
} as const;

export const absences = {
  name: 'absences',
  kind: 'history',
  grain: 'one time that a record that the warehouse holds or has heard of was looked for in vain',
  key: ['connection', 'entity', 'record_id', 'observed_at'],
  columns: [
    ...identity,
    {
      name: 'entity',
      type: 'string',
      nullable: false,
      description: 'Table of the record, e.g. evaluations.',
    },
    { name: 'record_id', type: 'string', nullable: false, description: "The source's id of the record." },
    {
      name: 'basis',
      type: 'string',
      nullable: false,
      values: ['re-read', 'lookup'],
      description:
        're-read: a complete re-read missed it, and a read by id where the source has one; lookup: only a read by id.',
    },
    {
      name: 'observed_at',
      type: 'timestamp',
      nullable: false,
      description: 'When it was looked for in vain (UTC).',
    },
    ...provenance,
  ],
} as const;

export const deferredEvaluations = {
  name: 'deferred_evaluations',
  kind: 'history',
  grain: 'one time that an evaluation was not merged because its score was still being calculated',
  key: ['connection', 'evaluation_id', 'extracted_at'],
  columns: [
    ...identity,
    { name: 'evaluation_id', type: 'string', nullable: false, description: 'Evaluation that was held back.' },
    {
      name: 'conversation_id',
      type: 'string',
      nullable: true,
      description: 'Conversation of the evaluation; needed to read it again.',
    },
    {
      name: 'is_automated',
      type: 'boolean',
      nullable: true,
      description: 'Submitted by the system without an evaluator; null where the source does not say.',
    },
    {
      name: 'submitted_at',
      type: 'timestamp',
      nullable: true,
      description: 'When it was submitted, as the source says (UTC).',
    },
    ...provenance,
  ],
} as const;
