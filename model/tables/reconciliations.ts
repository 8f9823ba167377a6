import { identity } from './technical.js';

export const reconciliations = {
  name: 'reconciliations',
  kind: 'operational',
  grain:
    'what one reconciliation found for the evaluations, or the feedback, of one day, division and form version',
  key: ['connection', 'stream', 'reconciliation_id', 'basis', 'day', 'division_id', 'form_id'],
  columns: [
    ...identity,
    { name: 'stream', type: 'string', nullable: false, description: 'Stream of the connection.' },
    {
      name: 'reconciliation_id',
      type: 'string',
      nullable: false,
      description: 'Workflow id and run id of the reconciliation.',
    },
    {
      name: 'basis',
      type: 'string',
      nullable: false,
      values: ['ids', 'aggregates'],
      description:
        'ids: compared one by one, days are those of submission; aggregates: counted by the analytics of the source, ' +
        'days are those of creation.',
    },
    {
      name: 'day',
      type: 'date',
      nullable: false,
      description:
        'Day of submission, else of creation (UTC); where nobody knows either, the first day of the window.',
    },
    {
      name: 'division_id',
      type: 'string',
      nullable: false,
      description:
        'Division; empty when there is none. A record of several divisions counts in each, so sum over one.',
    },
    {
      name: 'form_id',
      type: 'string',
      nullable: false,
      description: 'Form version; empty when there is none, and for feedback.',
    },
    { name: 'source_count', type: 'integer', nullable: false, description: 'Records the source shows.' },
    {
      name: 'warehouse_count',
      type: 'integer',
      nullable: false,
      description: 'Records the warehouse held before any repair, deleted ones left out.',
    },
    {
      name: 'missing',
      type: 'integer',
      nullable: false,
      description: 'Shown by the source, not held by the warehouse.',
    },
    {
      name: 'stale',
      type: 'integer',
      nullable: false,
      description: 'Held in a version older than the one the source shows.',
    },
    {
      name: 'different',
      type: 'integer',
      nullable: false,
      description: 'Held with the same time of change and other content, e.g. a score calculated anew.',
    },
    {
      name: 'score_different',
      type: 'integer',
      nullable: false,
      description: 'Of the stale and the different ones: those whose total score differs.',
    },
    {
      name: 'absent',
      type: 'integer',
      nullable: false,
      description: 'Held by the warehouse, not shown by the source.',
    },
    {
      name: 'coverage',
      type: 'double',
      nullable: true,
      description: 'Percent of what the source shows that the warehouse held; null when it shows none.',
    },
    {
      name: 'is_repaired',
      type: 'boolean',
      nullable: false,
      description: 'What differed was loaded by the same run.',
    },
    {
      name: 'reconciled_at',
      type: 'timestamp',
      nullable: false,
      description: 'When the comparison was made (UTC).',
    },
  ],
} as const;
