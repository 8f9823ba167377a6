/** What supervisors tell agents outside of scorecards. */
import { identity, lifecycle, provenance, raw, version } from './technical.js';

export const feedback = {
  name: 'feedback',
  kind: 'versioned',
  grain: 'one entry of feedback to an agent: a note, a coaching appointment or an annotation of one',
  key: ['connection', 'feedback_id'],
  columns: [
    ...identity,
    { name: 'feedback_id', type: 'string', nullable: false, description: "The source's id of the entry." },
    {
      name: 'kind',
      type: 'string',
      nullable: false,
      values: ['feedback', 'coaching_appointment', 'coaching_annotation'],
      description: 'feedback: a note; coaching_appointment; coaching_annotation: written to an appointment.',
    },
    {
      name: 'parent_id',
      type: 'string',
      nullable: true,
      description: 'Appointment that an annotation belongs to.',
    },
    {
      name: 'agent_id',
      type: 'string',
      nullable: true,
      personal: true,
      description: 'Agent it is for; of several attendees the first.',
    },
    {
      name: 'attendee_ids',
      type: 'json',
      nullable: false,
      personal: true,
      description: 'All agents it is for, sorted JSON array.',
    },
    { name: 'author_id', type: 'string', nullable: true, personal: true, description: 'Who wrote it.' },
    {
      name: 'content',
      type: 'string',
      nullable: true,
      personal: true,
      description: 'Text of the entry; of an appointment its description.',
    },
    {
      name: 'tags',
      type: 'json',
      nullable: false,
      description: 'Tags, sorted JSON array. CXone: its category.',
    },
    {
      name: 'status',
      type: 'string',
      nullable: false,
      description:
        "The source's status in lower case: draft, published, deleted, scheduled, completed and others. A source without " +
        'one: published.',
    },
    {
      name: 'is_private',
      type: 'boolean',
      nullable: true,
      description: 'Hidden from the agent; null where the source does not say.',
    },
    {
      name: 'conversation_id',
      type: 'string',
      nullable: true,
      description: 'Conversation (interaction) it is about; of several the first.',
    },
    {
      name: 'external_reference',
      type: 'string',
      nullable: true,
      description: 'Reference of the conversation in another system, e.g. a CRM.',
    },
    {
      name: 'division_id',
      type: 'string',
      nullable: true,
      description: 'Division of the entry. CXone: its site.',
    },
    { name: 'created_at', type: 'timestamp', nullable: true, description: 'When it was written (UTC).' },
    {
      name: 'modified_at',
      type: 'timestamp',
      nullable: true,
      description: 'When it was edited last (UTC).',
    },
    {
      name: 'scheduled_at',
      type: 'timestamp',
      nullable: true,
      description: 'Begin of an appointment (UTC).',
    },
    { name: 'completed_at', type: 'timestamp', nullable: true, description: 'When coaching was done (UTC).' },
    {
      name: 'is_archived',
      type: 'boolean',
      nullable: false,
      description: 'True when the source calls it deleted and still shows it; kept for compliance.',
    },
    raw,
    ...version,
    ...provenance,
    ...lifecycle,
  ],
} as const;
