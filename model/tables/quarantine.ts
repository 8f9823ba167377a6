import { identity } from './technical.js';

export const quarantinedPages = {
  name: 'quarantined_pages',
  kind: 'operational',
  grain: 'one answer of the source that failed its schema for good while a window was loaded',
  key: ['connection', 'stream', 'quarantine_id'],
  columns: [
    ...identity,
    { name: 'stream', type: 'string', nullable: false, description: 'Stream of the connection.' },
    {
      name: 'quarantine_id',
      type: 'string',
      nullable: false,
      description: 'Id by which people name it, e.g. to release it.',
    },
    {
      name: 'window_start',
      type: 'timestamp',
      nullable: false,
      description: 'Begin of the window it belongs to, inclusive (UTC).',
    },
    {
      name: 'window_end',
      type: 'timestamp',
      nullable: false,
      description: 'End of the window it belongs to, exclusive (UTC).',
    },
    {
      name: 'attempt',
      type: 'string',
      nullable: false,
      description: 'Attempt at the window that met it: its staging directory.',
    },
    {
      name: 'last_batch_id',
      type: 'string',
      nullable: true,
      description:
        'Last batch of the attempt: once load_audit has it, all else of the window is loaded. Null before.',
    },
    {
      name: 'position',
      type: 'string',
      nullable: false,
      description: 'Where in the window it was read, for people.',
    },
    {
      name: 'cursor',
      type: 'json',
      nullable: false,
      description: 'Where it was read: a position of the adapter, or the record that was read by id.',
    },
    { name: 'reason', type: 'string', nullable: false, description: 'What is wrong with it.' },
    {
      name: 'staged_object',
      type: 'string',
      nullable: true,
      description: 'Object in staging that holds the answer as it came; null once it is decided about.',
    },
    {
      name: 'state',
      type: 'string',
      nullable: false,
      values: ['open', 'skipped', 'released'],
      description: 'open, skipped or released.',
    },
    {
      name: 'quarantined_at',
      type: 'timestamp',
      nullable: false,
      description: 'When it was given up (UTC).',
    },
    {
      name: 'decided_at',
      type: 'timestamp',
      nullable: true,
      description: 'When it was skipped or released (UTC); null while it is open.',
    },
    {
      name: 'decided_by',
      type: 'string',
      nullable: true,
      description: 'Who skipped or released it; null while it is open.',
    },
    { name: 'workflow_id', type: 'string', nullable: false, description: 'Workflow that met it.' },
    { name: 'run_id', type: 'string', nullable: false, description: 'Run of that workflow.' },
  ],
} as const;
