import { identity, lifecycle, provenance, raw, version } from './technical.js';

/** Columns shared by evaluations of agents, evaluations made inside a calibration and self-assessments. */
export const scorecard = [
  {
    name: 'conversation_id',
    type: 'string',
    nullable: true,
    description:
      'Conversation that was evaluated. CXone: the interaction; where it has no contact id, its recording.',
  },
  {
    name: 'evaluation_context_id',
    type: 'string',
    nullable: true,
    description: 'Stays the same over all revisions of one evaluation.',
  },
  {
    name: 'revision',
    type: 'integer',
    nullable: true,
    description: 'Number of the revision, as the source counts it; null where the source does not.',
  },
  {
    name: 'retracted_evaluation_id',
    type: 'string',
    nullable: true,
    description: 'The revision that this one replaced.',
  },
  {
    name: 'status',
    type: 'string',
    nullable: false,
    description:
      'Genesys: PENDING, INPROGRESS, FINISHED, INREVIEW or RETRACTED. CXone: FINISHED, INREVIEW (in dispute), else ' +
      "the source's word in capitals.",
  },
  {
    name: 'score_calculation_status',
    type: 'string',
    nullable: false,
    values: ['final', 'pending', 'failed'],
    description:
      'final, pending (the vendor is still computing: it stays out of the views with scores) or failed (automated scoring gave up).',
  },
  {
    name: 'is_automated',
    type: 'boolean',
    nullable: true,
    description: 'Submitted by the system without an evaluator; null where the source does not say.',
  },
  { name: 'agent_id', type: 'string', nullable: true, description: 'Evaluated agent.' },
  {
    name: 'agent_name',
    type: 'string',
    nullable: true,
    personal: true,
    description: 'Name of the agent as the source sent it.',
  },
  {
    name: 'agent_team_id',
    type: 'string',
    nullable: true,
    description: 'Team of the agent, where the source sends it.',
  },
  {
    name: 'evaluator_id',
    type: 'string',
    nullable: true,
    description:
      'Who scored it; null for automated evaluations, and where the source names the evaluator only.',
  },
  {
    name: 'evaluator_name',
    type: 'string',
    nullable: true,
    personal: true,
    description: 'Name of the evaluator as the source sent it.',
  },
  { name: 'assignee_id', type: 'string', nullable: true, description: 'Who is asked to act on it.' },
  {
    name: 'queue_id',
    type: 'string',
    nullable: true,
    description: 'Queue of the interaction; often absent at the source.',
  },
  {
    name: 'queue_name',
    type: 'string',
    nullable: true,
    description: 'Name of the queue as the source sent it.',
  },
  {
    name: 'division_ids',
    type: 'json',
    nullable: false,
    description:
      'Divisions the evaluation belongs to, sorted JSON array of ids. CXone: its site; empty where the source names none.',
  },
  {
    name: 'media_types',
    type: 'json',
    nullable: false,
    description:
      'Media of the interaction in the words of the source (Genesys: CALL, CHAT, ...), sorted JSON array.',
  },
  { name: 'form_id', type: 'string', nullable: true, description: 'Version of the form it was scored on.' },
  { name: 'form_context_id', type: 'string', nullable: true, description: 'The form over all its versions.' },
  { name: 'form_name', type: 'string', nullable: true, description: 'Name of that form version.' },
  {
    name: 'form_version',
    type: 'string',
    nullable: true,
    description:
      "Sortable stamp of the form version. Genesys Cloud as published: the version's modification time (ISO 8601, UTC); " +
      'guide contracts and CXone: its number in eight digits.',
  },
  {
    name: 'form_structure_hash',
    type: 'string',
    nullable: true,
    description:
      'SHA-256 over weights, questions and options that the row was made with; null when the version was unknown. ' +
      "Other than the version's own: drift.",
  },
  {
    name: 'score_version_locked',
    type: 'boolean',
    nullable: false,
    description: 'True when texts and weights come from the very version it was scored on.',
  },
  {
    name: 'total_score',
    type: 'double',
    nullable: true,
    description: "The source's total score in percent, never rewritten.",
  },
  {
    name: 'total_critical_score',
    type: 'double',
    nullable: true,
    description: "The source's score over critical questions in percent.",
  },
  {
    name: 'total_non_critical_score',
    type: 'double',
    nullable: true,
    description: "The source's score over questions that are not critical in percent.",
  },
  {
    name: 'max_total_raw_score',
    type: 'double',
    nullable: true,
    description: 'Points that could be reached before weights, as the source states them.',
  },
  {
    name: 'max_total_raw_critical_score',
    type: 'double',
    nullable: true,
    description: 'The same over critical questions.',
  },
  {
    name: 'recomputed_score',
    type: 'double',
    nullable: true,
    description:
      "Total score recomputed from answers and the pinned form version by the vendor's formula, in percent; null when nothing was scored.",
  },
  {
    name: 'normalized_score',
    type: 'double',
    nullable: true,
    description:
      '100 * sum(score * weight) / sum(max score * weight) over answered, scorable questions; null when nothing was scored.',
  },
  {
    name: 'score_parity',
    type: 'string',
    nullable: false,
    values: ['equal', 'fatal_zero', 'different', 'not_scored'],
    description: 'equal, fatal_zero (source says 0 after a failed fatal question), different, or not_scored.',
  },
  {
    name: 'any_failed_kill_questions',
    type: 'boolean',
    nullable: true,
    description: 'A fatal question was failed.',
  },
  {
    name: 'comments',
    type: 'string',
    nullable: true,
    personal: true,
    description: "Evaluator's comment that the agent can read.",
  },
  {
    name: 'private_comments',
    type: 'string',
    nullable: true,
    personal: true,
    description: "Evaluator's comment that the agent cannot read.",
  },
  {
    name: 'agent_comments',
    type: 'string',
    nullable: true,
    personal: true,
    description: "The agent's own comment.",
  },
  {
    name: 'conversation_start',
    type: 'timestamp',
    nullable: true,
    description: 'When the conversation began (UTC).',
  },
  {
    name: 'conversation_end',
    type: 'timestamp',
    nullable: true,
    description: 'When the conversation ended (UTC).',
  },
  {
    name: 'created_at',
    type: 'timestamp',
    nullable: true,
    description: 'When the first version of the evaluation was created (UTC).',
  },
  { name: 'assigned_at', type: 'timestamp', nullable: true, description: 'When it was assigned (UTC).' },
  {
    name: 'assignee_changed_at',
    type: 'timestamp',
    nullable: true,
    description: 'When it was last handed to another assignee (UTC); null where that never happened.',
  },
  {
    name: 'submitted_at',
    type: 'timestamp',
    nullable: true,
    description: 'When it was last submitted (UTC); null until the first time.',
  },
  {
    name: 'released_at',
    type: 'timestamp',
    nullable: true,
    description: 'When it is or will be released to the agent (UTC); may lie in the future.',
  },
  {
    name: 'changed_at',
    type: 'timestamp',
    nullable: true,
    description: 'When the source last changed it (UTC).',
  },
  {
    name: 'revision_created_at',
    type: 'timestamp',
    nullable: true,
    description: 'When this revision was created (UTC); null for a first version.',
  },
  {
    name: 'is_never_release',
    type: 'boolean',
    nullable: true,
    description: 'Marked never to be released to the agent.',
  },
  {
    name: 'is_rescored',
    type: 'boolean',
    nullable: true,
    description: 'Scored again in place; the first score is only in evaluation_history.',
  },
  { name: 'agent_has_read', type: 'boolean', nullable: true, description: 'The agent has opened it.' },
  { name: 'dispute_count', type: 'integer', nullable: true, description: 'How often it was disputed.' },
  {
    name: 'has_declined_review',
    type: 'boolean',
    nullable: true,
    description: 'A review of it was declined.',
  },
  {
    name: 'evaluation_source_type',
    type: 'string',
    nullable: true,
    description: 'What made it, where the source says. Genesys: Policy, User, Program or Unknown.',
  },
  {
    name: 'evaluation_source_id',
    type: 'string',
    nullable: true,
    description: 'Policy, person or program that made it, where the source says.',
  },
  {
    name: 'evaluation_source_name',
    type: 'string',
    nullable: true,
    personal: true,
    description: 'Name of that policy, person or program.',
  },
  {
    name: 'has_assistance_failed',
    type: 'boolean',
    nullable: true,
    description: 'Evaluation assistance failed, so that it proposed no answers.',
  },
  {
    name: 'ai_failure_type',
    type: 'string',
    nullable: true,
    description: 'Why automated scoring failed, in the words of the source.',
  },
  {
    name: 'resource_type',
    type: 'string',
    nullable: true,
    description: 'EMAIL where a single mail was evaluated.',
  },
  {
    name: 'resource_id',
    type: 'string',
    nullable: true,
    description: 'The mail that was evaluated, where it was a single one of its conversation.',
  },
  {
    name: 'evaluation_month',
    type: 'date',
    nullable: false,
    description:
      'First day of the month of the conversation, else of creation, else of the first submission or change that ' +
      'was seen (UTC). Never changes; partitions are by it.',
  },
] as const;

export const evaluations = {
  name: 'evaluations',
  kind: 'versioned',
  grain:
    'one evaluation of an agent (and each revision of it); calibrations are in calibration_evaluations, what agents ' +
    'say of themselves in self_assessments',
  key: ['connection', 'evaluation_id'],
  partitionBy: 'evaluation_month',
  clusterBy: ['form_id'],
  columns: [
    ...identity,
    {
      name: 'evaluation_id',
      type: 'string',
      nullable: false,
      description: "The source's id of the evaluation.",
    },
    ...scorecard,
    {
      name: 'is_archived',
      type: 'boolean',
      nullable: false,
      filledByLoad: true,
      description: 'Kept for the record but out of use at the source.',
    },
    raw,
    ...version,
    ...provenance,
    ...lifecycle,
  ],
} as const;

export const evaluationGroupScores = {
  name: 'evaluation_group_scores',
  kind: 'part',
  partOf: 'evaluations',
  grain: 'one question group of one evaluation',
  key: ['connection', 'evaluation_id', 'question_group_id'],
  partitionBy: 'evaluation_month',
  columns: [
    ...identity,
    { name: 'evaluation_id', type: 'string', nullable: false, description: 'Evaluation it belongs to.' },
    {
      name: 'question_group_id',
      type: 'string',
      nullable: false,
      description: 'Group in this form version.',
    },
    {
      name: 'group_context_id',
      type: 'string',
      nullable: true,
      description: 'The group over all versions of the form.',
    },
    {
      name: 'group_name',
      type: 'string',
      nullable: true,
      description: 'Name of the group in this form version.',
    },
    {
      name: 'group_index',
      type: 'integer',
      nullable: true,
      description: 'Position of the group in the form, from 0.',
    },
    {
      name: 'group_weight',
      type: 'double',
      nullable: true,
      description: 'Weight that applies: the weight of the group where the form scales groups, else 1.',
    },
    {
      name: 'total_score',
      type: 'double',
      nullable: true,
      description: 'Weighted points reached, as the source states them.',
    },
    {
      name: 'max_total_score',
      type: 'double',
      nullable: true,
      description: 'Weighted points possible, as the source states them.',
    },
    {
      name: 'total_score_unweighted',
      type: 'double',
      nullable: true,
      description: 'Points reached before weights.',
    },
    {
      name: 'max_total_score_unweighted',
      type: 'double',
      nullable: true,
      description: 'Points possible before weights.',
    },
    {
      name: 'total_critical_score',
      type: 'double',
      nullable: true,
      description: 'Weighted points reached on critical questions.',
    },
    {
      name: 'max_total_critical_score',
      type: 'double',
      nullable: true,
      description: 'Weighted points possible on critical questions.',
    },
    {
      name: 'marked_na',
      type: 'boolean',
      nullable: false,
      description: 'The evaluator marked the whole group not applicable.',
    },
    {
      name: 'system_marked_na',
      type: 'boolean',
      nullable: false,
      description: 'A visibility condition hid the group.',
    },
    {
      name: 'evaluation_month',
      type: 'date',
      nullable: false,
      description: 'Month of the evaluation; partitions are by it.',
    },
    ...provenance,
    ...lifecycle,
  ],
} as const;

/** Columns shared by answers of agents' evaluations, of calibrations and of self-assessments. */
export const answer = [
  { name: 'evaluation_id', type: 'string', nullable: false, description: 'Evaluation it belongs to.' },
  {
    name: 'question_id',
    type: 'string',
    nullable: false,
    description:
      'Question in this form version. Genesys: another version has another id; CXone: the id may recur in other versions.',
  },
  {
    name: 'question_context_id',
    type: 'string',
    nullable: true,
    description: 'The question over all versions of the form: group trends by it.',
  },
  { name: 'question_group_id', type: 'string', nullable: false, description: 'Group in this form version.' },
  {
    name: 'group_context_id',
    type: 'string',
    nullable: true,
    description: 'The group over all versions of the form.',
  },
  {
    name: 'group_name',
    type: 'string',
    nullable: true,
    description: 'Name of the group in this form version.',
  },
  {
    name: 'group_weight',
    type: 'double',
    nullable: true,
    description: 'Weight that applies: the weight of the group where the form scales groups, else 1.',
  },
  { name: 'question_index', type: 'integer', nullable: true, description: 'Position in the group, from 0.' },
  {
    name: 'question_text',
    type: 'string',
    nullable: true,
    description: 'Text of the question in this form version.',
  },
  {
    name: 'question_type',
    type: 'string',
    nullable: true,
    description:
      'multipleChoiceQuestion, multipleSelectQuestion, freeTextQuestion, npsQuestion or readOnlyTextBlockQuestion; of ' +
      'CXone null where the source does not say.',
  },
  { name: 'is_critical', type: 'boolean', nullable: true, description: 'Counts towards the critical score.' },
  {
    name: 'is_kill',
    type: 'boolean',
    nullable: true,
    description: 'Fatal: failing it fails the evaluation.',
  },
  { name: 'answer_id', type: 'string', nullable: true, description: 'Chosen option in this form version.' },
  {
    name: 'answer_context_id',
    type: 'string',
    nullable: true,
    description: 'The option over all versions of the form.',
  },
  {
    name: 'answer_text',
    type: 'string',
    nullable: true,
    description: 'Text of the chosen option; for several options their texts joined by "; ".',
  },
  {
    name: 'answer_value',
    type: 'double',
    nullable: true,
    description: 'Points of the chosen option in the form.',
  },
  {
    name: 'selected_options',
    type: 'json',
    nullable: true,
    description:
      'Multiple select only: JSON array of the chosen options {optionId, contextId, text, value}, in the order of the form.',
  },
  {
    name: 'score',
    type: 'double',
    nullable: true,
    description: 'Points reached before weights, as the source states them.',
  },
  {
    name: 'max_score',
    type: 'double',
    nullable: true,
    description: 'Points possible before weights, from the form; null for questions without points.',
  },
  {
    name: 'marked_na',
    type: 'boolean',
    nullable: false,
    description: 'The evaluator marked it, or its whole group, not applicable.',
  },
  {
    name: 'system_marked_na',
    type: 'boolean',
    nullable: false,
    description: 'A visibility condition hid it, or its whole group.',
  },
  {
    name: 'failed_kill_question',
    type: 'boolean',
    nullable: false,
    description: 'A fatal question that was failed.',
  },
  {
    name: 'comments',
    type: 'string',
    nullable: true,
    personal: true,
    description: 'Comment or free text on this question.',
  },
  {
    name: 'assisted_answer_id',
    type: 'string',
    nullable: true,
    description: 'Option that evaluation assistance proposed.',
  },
  {
    name: 'ai_answer_id',
    type: 'string',
    nullable: true,
    description: 'Option that automated scoring proposed.',
  },
  {
    name: 'ai_explanation',
    type: 'string',
    nullable: true,
    personal: true,
    description: 'Why automated scoring proposed it.',
  },
  {
    name: 'ai_failure_type',
    type: 'string',
    nullable: true,
    description: 'Why automated scoring gave no answer.',
  },
  {
    name: 'ai_marked_na',
    type: 'boolean',
    nullable: true,
    description:
      'Automated scoring proposed that the question does not apply; null where it proposed nothing.',
  },
  { name: 'form_id', type: 'string', nullable: true, description: 'Form version of the evaluation.' },
  { name: 'form_context_id', type: 'string', nullable: true, description: 'The form over all its versions.' },
  { name: 'conversation_id', type: 'string', nullable: true, description: 'Conversation of the evaluation.' },
  { name: 'agent_id', type: 'string', nullable: true, description: 'Evaluated agent.' },
  {
    name: 'evaluation_month',
    type: 'date',
    nullable: false,
    description: 'Month of the evaluation; partitions are by it.',
  },
] as const;

export const evaluationAnswers = {
  name: 'evaluation_answers',
  kind: 'part',
  partOf: 'evaluations',
  grain: 'one question of one evaluation, answered or marked not applicable',
  key: ['connection', 'evaluation_id', 'question_id'],
  partitionBy: 'evaluation_month',
  clusterBy: ['form_id'],
  columns: [...identity, ...answer, ...provenance, ...lifecycle],
} as const;

export const evaluationHistory = {
  name: 'evaluation_history',
  kind: 'versions',
  grain:
    'one version of one evaluation that was ever loaded; content that returns under the same change_stamp is a ' +
    'version again',
  key: ['connection', 'evaluation_id', 'change_stamp', 'content_hash', 'extracted_at'],
  partitionBy: 'evaluation_month',
  columns: [
    ...identity,
    { name: 'evaluation_id', type: 'string', nullable: false, description: 'Evaluation it is a version of.' },
    ...version,
    { name: 'status', type: 'string', nullable: false, description: 'Status in this version.' },
    {
      name: 'total_score',
      type: 'double',
      nullable: true,
      description: "The source's total score in this version, in percent.",
    },
    {
      name: 'normalized_score',
      type: 'double',
      nullable: true,
      description: 'Normalized score in this version, in percent.',
    },
    { name: 'form_id', type: 'string', nullable: true, description: 'Form version it was scored on.' },
    {
      name: 'released_at',
      type: 'timestamp',
      nullable: true,
      description: 'Release date in this version (UTC).',
    },
    {
      name: 'answers',
      type: 'json',
      nullable: false,
      description:
        'Answers of this version: JSON array of {questionId, questionContextId, answerId, score, maxScore, markedNa}.',
    },
    {
      name: 'evaluation_month',
      type: 'date',
      nullable: false,
      description:
        'Month of the evaluation as this version states it; the evaluation itself keeps the month of its first load. ' +
        'Partitions are by it.',
    },
    ...provenance,
  ],
} as const;
