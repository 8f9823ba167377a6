/** What customers said: surveys on their own, or the answers that a quality template carries (CSAT and NPS). */
import { identity, lifecycle, provenance, raw, version } from './technical.js';

export const surveys = {
  name: 'surveys',
  kind: 'versioned',
  grain: 'one survey of a customer about a conversation',
  key: ['connection', 'survey_id'],
  columns: [
    ...identity,
    {
      name: 'survey_id',
      type: 'string',
      nullable: false,
      description:
        "The source's id of the survey; where answers of customers are part of an evaluation, that of the evaluation.",
    },
    {
      name: 'conversation_id',
      type: 'string',
      nullable: true,
      description: 'Conversation (interaction) it is about.',
    },
    {
      name: 'external_reference',
      type: 'string',
      nullable: true,
      description: 'Reference of the conversation in another system, e.g. a CRM; null when it is unknown.',
    },
    {
      name: 'evaluation_id',
      type: 'string',
      nullable: true,
      description: 'Evaluation that carries the answers; null for surveys of their own.',
    },
    {
      name: 'survey_type',
      type: 'string',
      nullable: true,
      description: 'How it was asked: Web or Voice; null where the source does not say.',
    },
    {
      name: 'status',
      type: 'string',
      nullable: false,
      description: "The source's status, in capitals: FINISHED, SENT, EXPIRED, OPTOUT and others.",
    },
    {
      name: 'agent_id',
      type: 'string',
      nullable: true,
      personal: true,
      description: 'Agent of the conversation.',
    },
    { name: 'agent_name', type: 'string', nullable: true, personal: true, description: 'Name of the agent.' },
    {
      name: 'agent_team_id',
      type: 'string',
      nullable: true,
      description: 'Team of the agent, where the source says so.',
    },
    {
      name: 'evaluator_id',
      type: 'string',
      nullable: true,
      personal: true,
      description: 'Evaluator of the evaluation that carries the answers.',
    },
    {
      name: 'evaluator_name',
      type: 'string',
      nullable: true,
      personal: true,
      description: 'Name of that evaluator.',
    },
    { name: 'queue_id', type: 'string', nullable: true, description: 'Queue of the conversation.' },
    { name: 'queue_name', type: 'string', nullable: true, description: 'Name of the queue.' },
    {
      name: 'media_type',
      type: 'string',
      nullable: true,
      description: 'Medium of the conversation in lower case, e.g. voice or email.',
    },
    {
      name: 'conversation_start',
      type: 'timestamp',
      nullable: true,
      description: 'When the conversation began (UTC).',
    },
    {
      name: 'conversation_seconds',
      type: 'double',
      nullable: true,
      description: 'Length of the conversation in seconds.',
    },
    {
      name: 'is_enriched',
      type: 'boolean',
      nullable: false,
      description:
        'False when the conversation could not be read: agent, queue, medium and length may be missing then.',
    },
    {
      name: 'form_id',
      type: 'string',
      nullable: true,
      description: 'Version of the survey form or template.',
    },
    { name: 'form_name', type: 'string', nullable: true, description: 'Name of that form.' },
    {
      name: 'total_score',
      type: 'double',
      nullable: true,
      description: 'Score of the answers in percent; null when nothing was scored.',
    },
    {
      name: 'csat_value',
      type: 'double',
      nullable: true,
      description:
        'Mean of the numbers given to rating questions, on the scale of the questions; a choice between two is no rating.',
    },
    {
      name: 'nps_score',
      type: 'double',
      nullable: true,
      description: 'Likelihood to recommend, 0 to 10; null when it was not asked or not answered.',
    },
    {
      name: 'completed_at',
      type: 'timestamp',
      nullable: true,
      description:
        'When the customer finished it; where it is part of an evaluation, when that was submitted (UTC).',
    },
    raw,
    ...version,
    ...provenance,
    ...lifecycle,
  ],
} as const;

export const surveyAnswers = {
  name: 'survey_answers',
  kind: 'part',
  partOf: 'surveys',
  grain: 'one question of a survey and what the customer said',
  key: ['connection', 'survey_id', 'question_id'],
  columns: [
    ...identity,
    { name: 'survey_id', type: 'string', nullable: false, description: 'Survey it belongs to.' },
    { name: 'question_id', type: 'string', nullable: false, description: "The source's id of the question." },
    {
      name: 'group_id',
      type: 'string',
      nullable: true,
      description: 'Group of questions, or scorecard, that holds it.',
    },
    { name: 'group_name', type: 'string', nullable: true, description: 'Name or label of that group.' },
    { name: 'question_text', type: 'string', nullable: true, description: 'The question as it was asked.' },
    {
      name: 'question_type',
      type: 'string',
      nullable: true,
      description: "The source's type: a choice or rating, NPS, or free text.",
    },
    { name: 'answer_id', type: 'string', nullable: true, description: 'Chosen option.' },
    {
      name: 'answer_value',
      type: 'double',
      nullable: true,
      description: 'Number given: of the chosen option, the rating, or the NPS.',
    },
    {
      name: 'answer_text',
      type: 'string',
      nullable: true,
      personal: true,
      description: 'What was written, or the text of the chosen option.',
    },
    { name: 'score', type: 'double', nullable: true, description: 'Points given.' },
    { name: 'max_score', type: 'double', nullable: true, description: 'Points possible.' },
    { name: 'marked_na', type: 'boolean', nullable: false, description: 'Not applicable, or not asked.' },
    ...provenance,
    ...lifecycle,
  ],
} as const;
