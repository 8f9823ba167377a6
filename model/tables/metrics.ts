/** Intraday scores: what the source's own metrics said each time something had changed. */
import { identity } from './technical.js';

export const agentMetrics = {
  name: 'agent_metrics',
  kind: 'operational',
  grain:
    'a metric reading of one agent (queue, skill, form, evaluator) in one segment that differs from the one before',
  key: ['connection', 'business_day', 'entity_type', 'entity_id', 'segment_type', 'segment_id', 'window_end'],
  columns: [
    ...identity,
    {
      name: 'business_day',
      type: 'date',
      nullable: false,
      description: 'Day in the configured time zone that the reading belongs to.',
    },
    {
      name: 'time_zone',
      type: 'string',
      nullable: false,
      description: 'That time zone, e.g. Europe/Berlin.',
    },
    {
      name: 'entity_type',
      type: 'string',
      nullable: false,
      values: ['agent', 'queue', 'skill', 'form', 'evaluator'],
      description: 'What was measured: an agent, queue, skill, form or evaluator.',
    },
    {
      name: 'entity_id',
      type: 'string',
      nullable: false,
      personal: true,
      description: "The source's id of it; names may change, ids do not.",
    },
    {
      name: 'entity_name',
      type: 'string',
      nullable: true,
      personal: true,
      description: 'Its name at the reading.',
    },
    {
      name: 'segment_type',
      type: 'string',
      nullable: false,
      values: ['all', 'form', 'queue'],
      description: 'all: over everything; form or queue: only evaluations of one form or queue.',
    },
    {
      name: 'segment_id',
      type: 'string',
      nullable: false,
      description: 'Id of that form or queue; empty for all.',
    },
    { name: 'segment_name', type: 'string', nullable: true, description: 'Name of that form or queue.' },
    {
      name: 'team_id',
      type: 'string',
      nullable: true,
      description: 'Team of an agent, where the source says so.',
    },
    { name: 'team_name', type: 'string', nullable: true, description: 'Name of that team.' },
    {
      name: 'window_start',
      type: 'timestamp',
      nullable: false,
      description: 'Begin of the business day (UTC).',
    },
    {
      name: 'window_end',
      type: 'timestamp',
      nullable: false,
      description: 'End of what was asked for (UTC).',
    },
    {
      name: 'evaluation_count',
      type: 'integer',
      nullable: false,
      description: 'Evaluations submitted in it.',
    },
    {
      name: 'average_score',
      type: 'double',
      nullable: true,
      description: 'Mean total score in percent; null without evaluations.',
    },
    {
      name: 'pass_rate',
      type: 'double',
      nullable: true,
      description: 'Percent of evaluations at or above the passing score; null without evaluations.',
    },
    { name: 'highest_score', type: 'double', nullable: true, description: 'Best total score in percent.' },
    { name: 'lowest_score', type: 'double', nullable: true, description: 'Worst total score in percent.' },
    {
      name: 'is_below_threshold',
      type: 'boolean',
      nullable: false,
      description: 'Fewer evaluations than the configured count: too few to judge by.',
    },
    { name: 'polled_at', type: 'timestamp', nullable: false, description: 'When the source answered (UTC).' },
  ],
} as const;
