/** The conversations that evaluations, surveys and feedback are about. */
import { identity, lifecycle, provenance, raw, version } from './technical.js';

export const conversations = {
  name: 'conversations',
  kind: 'versioned',
  grain: 'one conversation (interaction) that quality data speaks of',
  key: ['connection', 'conversation_id'],
  columns: [
    ...identity,
    {
      name: 'conversation_id',
      type: 'string',
      nullable: false,
      description:
        "The source's id of the conversation: joins evaluations, surveys, feedback and recordings.",
    },
    {
      name: 'external_reference',
      type: 'string',
      nullable: true,
      description: 'Its reference in another system, e.g. a CRM.',
    },
    {
      name: 'media_types',
      type: 'json',
      nullable: false,
      description: 'Media in lower case (voice, email, ...), sorted JSON array.',
    },
    { name: 'direction', type: 'string', nullable: true, description: 'inbound or outbound, in lower case.' },
    {
      name: 'agent_id',
      type: 'string',
      nullable: true,
      personal: true,
      description: 'Agent who spoke last.',
    },
    {
      name: 'agent_name',
      type: 'string',
      nullable: true,
      personal: true,
      description: 'Name of that agent.',
    },
    { name: 'queue_id', type: 'string', nullable: true, description: 'Queue it was answered from.' },
    { name: 'queue_name', type: 'string', nullable: true, description: 'Name of that queue.' },
    { name: 'division_ids', type: 'json', nullable: false, description: 'Divisions, sorted JSON array.' },
    { name: 'started_at', type: 'timestamp', nullable: true, description: 'Begin (UTC).' },
    { name: 'ended_at', type: 'timestamp', nullable: true, description: 'End (UTC); null while it lasts.' },
    { name: 'duration_seconds', type: 'double', nullable: true, description: 'From begin to end, seconds.' },
    raw,
    ...version,
    ...provenance,
    ...lifecycle,
  ],
} as const;
