import { identity, lifecycle, provenance, raw, version } from './technical.js';

export const forms = {
  name: 'forms',
  kind: 'versioned',
  grain: 'one version of one evaluation form',
  key: ['connection', 'form_id'],
  columns: [
    ...identity,
    { name: 'form_id', type: 'string', nullable: false, description: 'Id of this version of the form.' },
    {
      name: 'form_context_id',
      type: 'string',
      nullable: true,
      description: 'The form over all its versions.',
    },
    { name: 'name', type: 'string', nullable: false, description: 'Name of this version.' },
    {
      name: 'form_version',
      type: 'string',
      nullable: true,
      description:
        'Sortable stamp of the version. Genesys Cloud as published: its modification time (ISO 8601, UTC); guide ' +
        'contracts and CXone: its number in eight digits.',
    },
    { name: 'is_published', type: 'boolean', nullable: true, description: 'Published for use.' },
    {
      name: 'weight_mode',
      type: 'string',
      nullable: true,
      description:
        'SCALED: group weights apply; OFF: every point counts the same; null where the source weighs questions.',
    },
    {
      name: 'structure_hash',
      type: 'string',
      nullable: false,
      description: 'SHA-256 over weights, questions and options of this version.',
    },
    {
      name: 'has_revisions',
      type: 'boolean',
      nullable: true,
      description:
        'Scoring again makes a new revision and retracts the one before; where not, it overwrites.',
    },
    {
      name: 'has_disputes',
      type: 'boolean',
      nullable: true,
      description: 'Agents may dispute evaluations that are made with it.',
    },
    { name: 'division_id', type: 'string', nullable: true, description: 'Division that owns the form.' },
    {
      name: 'modified_at',
      type: 'timestamp',
      nullable: true,
      description: 'When this version was last modified (UTC).',
    },
    raw,
    ...version,
    ...provenance,
    ...lifecycle,
  ],
} as const;

export const formQuestions = {
  name: 'form_questions',
  kind: 'part',
  partOf: 'forms',
  grain:
    'one question of one form version; an option of a multiple select question is a row below its question',
  key: ['connection', 'form_id', 'question_id'],
  columns: [
    ...identity,
    { name: 'form_id', type: 'string', nullable: false, description: 'Form version.' },
    { name: 'question_id', type: 'string', nullable: false, description: 'Question in this version.' },
    {
      name: 'question_context_id',
      type: 'string',
      nullable: true,
      description: 'The question over all versions of the form.',
    },
    {
      name: 'parent_question_id',
      type: 'string',
      nullable: true,
      description: 'Multiple select question that this option belongs to.',
    },
    {
      name: 'form_context_id',
      type: 'string',
      nullable: true,
      description: 'The form over all its versions.',
    },
    { name: 'question_group_id', type: 'string', nullable: false, description: 'Group in this version.' },
    {
      name: 'group_context_id',
      type: 'string',
      nullable: true,
      description: 'The group over all versions of the form.',
    },
    { name: 'group_name', type: 'string', nullable: true, description: 'Name of the group.' },
    {
      name: 'group_index',
      type: 'integer',
      nullable: false,
      description: 'Position of the group in the form, from 0.',
    },
    {
      name: 'group_weight',
      type: 'double',
      nullable: true,
      description: 'Weight of the group as the form states it.',
    },
    {
      name: 'question_index',
      type: 'integer',
      nullable: false,
      description: 'Position in the group (or in its question), from 0.',
    },
    { name: 'text', type: 'string', nullable: true, description: 'Text of the question.' },
    { name: 'help_text', type: 'string', nullable: true, description: 'Help for the evaluator.' },
    {
      name: 'type',
      type: 'string',
      nullable: true,
      description:
        'multipleChoiceQuestion, multipleSelectQuestion, freeTextQuestion, npsQuestion or readOnlyTextBlockQuestion.',
    },
    {
      name: 'max_score',
      type: 'double',
      nullable: true,
      description: 'Points possible before weights; null for questions without points.',
    },
    { name: 'is_na_enabled', type: 'boolean', nullable: true, description: 'May be marked not applicable.' },
    {
      name: 'is_comment_required',
      type: 'boolean',
      nullable: true,
      description: 'An answer must come with a comment.',
    },
    {
      name: 'visibility_condition',
      type: 'json',
      nullable: true,
      description:
        'When the question is shown: JSON {combiningOperation, predicates} as the source has it; null for always.',
    },
    {
      name: 'group_visibility_condition',
      type: 'json',
      nullable: true,
      description: 'The same of its whole group.',
    },
    {
      name: 'is_critical',
      type: 'boolean',
      nullable: true,
      description: 'Counts towards the critical score.',
    },
    {
      name: 'is_kill',
      type: 'boolean',
      nullable: true,
      description: 'Fatal: failing it fails the evaluation.',
    },
    ...provenance,
    ...lifecycle,
  ],
} as const;

export const formAnswerOptions = {
  name: 'form_answer_options',
  kind: 'part',
  partOf: 'forms',
  grain: 'one answer option of one question of one form version',
  key: ['connection', 'form_id', 'question_id', 'answer_id'],
  columns: [
    ...identity,
    { name: 'form_id', type: 'string', nullable: false, description: 'Form version.' },
    { name: 'question_id', type: 'string', nullable: false, description: 'Question in this version.' },
    { name: 'answer_id', type: 'string', nullable: false, description: 'Option in this version.' },
    {
      name: 'answer_context_id',
      type: 'string',
      nullable: true,
      description: 'The option over all versions of the form.',
    },
    {
      name: 'option_index',
      type: 'integer',
      nullable: false,
      description: 'Position among the options, from 0.',
    },
    { name: 'text', type: 'string', nullable: true, description: 'Text of the option.' },
    { name: 'value', type: 'double', nullable: true, description: 'Points of the option.' },
    {
      name: 'built_in_type',
      type: 'string',
      nullable: true,
      description: 'Selected or Unselected for options of a multiple select question.',
    },
    ...provenance,
    ...lifecycle,
  ],
} as const;
