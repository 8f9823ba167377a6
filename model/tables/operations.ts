import { identity } from './technical.js';

export const loadAudit = {
  name: 'load_audit',
  kind: 'operational',
  grain: 'one committed batch',
  key: ['batch_id'],
  columns: [
    ...identity,
    { name: 'stream', type: 'string', nullable: false, description: 'Stream of the connection.' },
    {
      name: 'batch_id',
      type: 'string',
      nullable: false,
      description: 'Deterministic id of the batch; loading it twice changes nothing.',
    },
    {
      name: 'window_start',
      type: 'timestamp',
      nullable: false,
      description: 'Begin of the data interval, inclusive (UTC).',
    },
    {
      name: 'window_end',
      type: 'timestamp',
      nullable: false,
      description: 'End of the data interval, exclusive (UTC).',
    },
    {
      name: 'closes_window',
      type: 'boolean',
      nullable: false,
      description: 'Last batch of its window: the window is complete once it is here.',
    },
    { name: 'workflow_id', type: 'string', nullable: false, description: 'Workflow that loaded it.' },
    { name: 'run_id', type: 'string', nullable: false, description: 'Run of that workflow.' },
    {
      name: 'staged_rows',
      type: 'json',
      nullable: false,
      description: 'Rows in the staged files, JSON object by table.',
    },
    {
      name: 'inserted_rows',
      type: 'json',
      nullable: false,
      description: 'Rows that were new, JSON object by table.',
    },
    {
      name: 'updated_rows',
      type: 'json',
      nullable: false,
      description: 'Rows that replaced an older version, JSON object by table.',
    },
    {
      name: 'deleted_rows',
      type: 'json',
      nullable: false,
      description: 'Rows soft-deleted, JSON object by table.',
    },
    {
      name: 'redacted',
      type: 'integer',
      nullable: false,
      description: 'Records the source hid for lack of permission; counted, not loaded.',
    },
    { name: 'gone', type: 'integer', nullable: false, description: 'Records the source no longer has.' },
    { name: 'pages', type: 'integer', nullable: false, description: 'Pages read from the source.' },
    { name: 'requests', type: 'integer', nullable: false, description: 'API requests made for the batch.' },
    {
      name: 'notes',
      type: 'json',
      nullable: false,
      description: 'What a reader should know, JSON array of sentences.',
    },
    { name: 'loaded_at', type: 'timestamp', nullable: false, description: 'When it was committed (UTC).' },
  ],
} as const;

export const intervalRuns = {
  name: 'interval_runs',
  kind: 'operational',
  grain: 'one ended attempt to load a data interval, successful or not',
  key: ['workflow_id', 'run_id'],
  columns: [
    ...identity,
    { name: 'stream', type: 'string', nullable: false, description: 'Stream of the connection.' },
    {
      name: 'trigger',
      type: 'string',
      nullable: false,
      values: ['schedule', 'run', 'backfill'],
      description: 'What started it: schedule, run or backfill.',
    },
    {
      name: 'interval_start',
      type: 'timestamp',
      nullable: false,
      description: 'Begin of the data interval, inclusive (UTC).',
    },
    {
      name: 'interval_end',
      type: 'timestamp',
      nullable: false,
      description: 'End of the data interval, exclusive (UTC).',
    },
    {
      name: 'state',
      type: 'string',
      nullable: false,
      values: ['completed', 'quarantined', 'failed', 'cancelled'],
      description:
        'completed, quarantined (completed but for pages that could not be read), failed or cancelled.',
    },
    {
      name: 'loaded_through',
      type: 'timestamp',
      nullable: true,
      description: 'How far the interval was loaded, exclusive (UTC); the end when it completed.',
    },
    {
      name: 'nominal_at',
      type: 'timestamp',
      nullable: false,
      description: 'When it was meant to start (UTC).',
    },
    { name: 'started_at', type: 'timestamp', nullable: false, description: 'When it started (UTC).' },
    { name: 'ended_at', type: 'timestamp', nullable: false, description: 'When it ended (UTC).' },
    { name: 'requests', type: 'integer', nullable: false, description: 'API requests it made.' },
    {
      name: 'changed_rows',
      type: 'integer',
      nullable: false,
      description: 'Rows inserted, updated or soft-deleted, over all tables.',
    },
    { name: 'message', type: 'string', nullable: true, description: 'Why it failed; null when it did not.' },
    { name: 'workflow_id', type: 'string', nullable: false, description: 'Workflow of the attempt.' },
    { name: 'run_id', type: 'string', nullable: false, description: 'Run of that workflow.' },
  ],
} as const;

export const schemaChanges = {
  name: 'schema_changes',
  kind: 'operational',
  grain: 'one additive change made to a table of the warehouse',
  key: ['table_name', 'column_name', 'changed_at'],
  columns: [
    { name: 'table_name', type: 'string', nullable: false, description: 'Table that was changed.' },
    {
      name: 'column_name',
      type: 'string',
      nullable: true,
      description: 'Column that was added; null when the table was created.',
    },
    {
      name: 'change',
      type: 'string',
      nullable: false,
      values: ['create_table', 'add_column'],
      description: 'create_table or add_column.',
    },
    {
      name: 'column_type',
      type: 'string',
      nullable: true,
      description: 'Type of the column in this warehouse.',
    },
    { name: 'changed_at', type: 'timestamp', nullable: false, description: 'When it was changed (UTC).' },
  ],
} as const;
