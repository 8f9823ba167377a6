import { describe, expect, test } from 'vitest';
import type { CsvRow } from '../../../../sources/cxone/data-extraction/columns.js';
import { mapForm } from '../../../../sources/cxone/data-extraction/mapForm.js';
import { mapScorecard } from '../../../../sources/cxone/data-extraction/mapScorecard.js';
import { normalRow } from '../../../../sources/cxone/data-extraction/fields.js';
import { recordOf } from '../../../../sources/cxone/data-extraction/records.js';
import type { PreparedForm } from '../../../../sources/cxone/data-extraction/prepared.js';
import { extractedAt, questionRow, without, workflowRow } from './rows.js';

const mapping = { connection: 'acme', batchId: 'batch-1' };

const recorded = (workflow: CsvRow, questions: CsvRow[] = [questionRow()]) =>
  recordOf({ workflow, questions, extractedAt });

const rowsOf = (workflow: CsvRow, questions?: CsvRow[]) =>
  mapScorecard(recorded(workflow, questions), mapping);

test('an evaluation, column by column', () => {
  const workflow = workflowRow({ 'User Review Comments': 'Thanks', Sentiment: 'calm' });
  const { evaluations, evaluation_history: history } = rowsOf(workflow);
  expect(evaluations).toHaveLength(1);
  expect(evaluations?.[0]).toMatchObject({
    connection: 'acme',
    source_system: 'cxone',
    extracted_at: extractedAt,
    batch_id: 'batch-1',
    evaluation_id: 'w-1',
    conversation_id: '4711',
    status: 'FINISHED',
    score_calculation_status: 'final',
    is_automated: null,
    agent_id: 'a-1',
    agent_name: 'Ada Ahorn',
    agent_team_id: 't-1',
    evaluator_id: null,
    evaluator_name: 'Eva Luator',
    division_ids: '[]',
    media_types: '["VOICE"]',
    form_id: 'f-1/3',
    form_context_id: 'f-1',
    form_name: 'Service',
    form_version: '00000003',
    form_structure_hash: null,
    score_version_locked: true,
    total_score: 80,
    max_total_raw_score: 10,
    recomputed_score: 80,
    normalized_score: 80,
    score_parity: 'equal',
    any_failed_kill_questions: false,
    comments: null,
    agent_comments: 'Thanks',
    conversation_start: '2026-08-31T23:59:30.000Z',
    conversation_end: '2026-09-01T00:07:00.000Z',
    created_at: '2026-09-02T09:00:00.000Z',
    submitted_at: '2026-09-02T10:00:00.000Z',
    changed_at: '2026-09-03T08:00:00.000Z',
    change_stamp: '2026-09-03T08:00:00.000Z',
    evaluation_month: '2026-08-01',
  });
  expect(JSON.parse(String(evaluations?.[0]?.raw))).toEqual({
    workflow,
    shared: questionRow(),
    questions: [{}],
  });
  expect(history).toHaveLength(1);
});

test.each([
  [without(workflowRow(), 'ACD ID'), { conversation_id: 's-1' }],
  [without(workflowRow(), 'ACD ID', 'Segment ID'), { conversation_id: null }],
  [
    without(workflowRow(), 'Interaction Start Date'),
    { evaluation_month: '2026-09-01', conversation_start: null },
  ],
  [
    without(
      workflowRow({ 'Submission Date': '2026-10-01T00:00:00Z' }),
      'Interaction Start Date',
      'Start Date',
    ),
    { evaluation_month: '2026-10-01' },
  ],
  [workflowRow({ 'Form Version': '12' }), { form_id: 'f-1/12', form_version: '00000012' }],
  [workflowRow({ 'Form Version': '1.2b' }), { form_id: 'f-1/1.2b', form_version: '1.2b' }],
  [
    without(workflowRow(), 'LastName (Agent)', 'FirstName (Eva)'),
    { agent_name: 'Ada', evaluator_name: 'Luator' },
  ],
  [without(workflowRow(), 'Interaction Type'), { media_types: '[]' }],
  [workflowRow({ 'Interaction Type': 'Digital / Chat' }), { media_types: '["DIGITAL_CHAT"]' }],
  [without(workflowRow(), 'Failed Critical Question'), { any_failed_kill_questions: null }],
  [
    workflowRow({ 'Score Percentage': '0', 'Failed Critical Question': 'Yes' }),
    { score_parity: 'fatal_zero' },
  ],
  [workflowRow({ 'Score Percentage': '0' }), { score_parity: 'different' }],
  [workflowRow({ 'Workflow State': 'In Dispute' }), { status: 'INREVIEW' }],
])('%j is an evaluation with %j', (workflow, columns) => {
  expect(rowsOf(workflow).evaluations?.[0]).toMatchObject(columns);
});

test('what was submitted without questions is not scored', () => {
  const workflow = without(workflowRow(), 'Score Percentage');
  const rows = rowsOf(workflow, []);
  expect(rows.evaluations?.[0]).toMatchObject({
    form_id: 'name:Service/3',
    total_score: null,
    normalized_score: null,
    score_parity: 'not_scored',
  });
  expect(rows.evaluation_answers).toEqual([]);
});

describe('an answer', () => {
  const answerOf = (changed: CsvRow, ...missing: string[]) =>
    rowsOf(workflowRow(), [without(questionRow(changed), ...missing)]).evaluation_answers?.[0];

  test('is said column by column', () => {
    expect(answerOf({ Critical: 'true', 'Failed Critical Question': 'true' })).toMatchObject({
      evaluation_id: 'w-1',
      question_id: 'q-1',
      question_context_id: 'q-1',
      question_group_id: 'g-1',
      group_context_id: 'g-1',
      group_name: 'Opening',
      group_weight: 1,
      question_index: 0,
      question_text: 'Greeted?',
      question_type: 'multipleChoiceQuestion',
      is_critical: null,
      is_kill: true,
      failed_kill_question: true,
      answer_id: null,
      answer_text: 'Yes',
      score: 8,
      max_score: 10,
      marked_na: false,
      comments: null,
      form_id: 'f-1/3',
      form_context_id: 'f-1',
      conversation_id: '4711',
      agent_id: 'a-1',
      evaluation_month: '2026-08-01',
    });
  });

  test.each([
    [{ Answer: 'N/A' }, ['Actual Score'], { marked_na: true, answer_text: null, score: null, max_score: 10 }],
    // An option may be called so.
    [{ Answer: 'N/A' }, [], { marked_na: false, answer_text: 'N/A', score: 8 }],
    [{ Answer: 'No' }, ['Actual Score'], { marked_na: false, answer_text: 'No', score: null }],
    [{ Scorable: 'No' }, [], { score: 8, max_score: null }],
    [{}, ['Scorable'], { score: 8, max_score: 10 }],
    [
      { 'Question Type': 'Free Text', Answer: 'Well done', Scorable: 'false' },
      ['Actual Score', 'Max Score'],
      { question_type: 'freeTextQuestion', answer_text: null, comments: 'Well done', max_score: null },
    ],
    [{}, ['Section ID', 'Section Title'], { question_group_id: '', group_name: null }],
    [{}, ['Critical', 'Failed Critical Question'], { is_kill: null, failed_kill_question: false }],
  ] as const)('with %j and without %j holds %j', (changed, missing, columns) => {
    expect(answerOf(changed, ...missing)).toMatchObject(columns);
  });
});

test('sections have the points of what was scored in them', () => {
  const { evaluation_group_scores: groups } = rowsOf(workflowRow(), [
    questionRow(),
    questionRow({ 'Question ID': 'q-2', 'Question Number': '1.2', 'Actual Score': '3', 'Max Score': '5' }),
    without(questionRow({ 'Question ID': 'q-3', 'Question Number': '1.3', Answer: 'N/A' }), 'Actual Score'),
    questionRow({ 'Question ID': 'q-4', 'Question Number': '1.4', Scorable: 'false' }),
    questionRow({
      'Question ID': 'q-5',
      'Question Number': '2.1',
      'Section ID': 'g-2',
      'Section Title': 'End',
    }),
  ]);
  expect(groups).toEqual([
    expect.objectContaining({
      question_group_id: 'g-1',
      group_index: 0,
      total_score: 11,
      max_total_score: 15,
    }),
    expect.objectContaining({
      question_group_id: 'g-2',
      group_index: 1,
      total_score: 8,
      max_total_score: 10,
    }),
  ]);
});

test.each([
  ['Evaluation', ['evaluations', 'evaluation_group_scores', 'evaluation_answers', 'evaluation_history']],
  ['Self Assessment', ['self_assessments', 'self_assessment_answers']],
  ['Calibration', ['calibration_evaluations', 'calibration_answers']],
])('a workflow of the type %s goes to %j and nowhere else', (Type, tables) => {
  const rows = rowsOf(workflowRow({ Type }));
  expect(Object.keys(rows)).toEqual(tables);
  for (const own of Object.values(rows)) {
    expect(own).toHaveLength(1);
    if (Type === 'Calibration') expect(own[0]).toMatchObject({ calibration_id: '' });
  }
});

describe('what changes an evaluation', () => {
  const hashOf = (workflow: CsvRow, questions?: CsvRow[]) =>
    rowsOf(workflow, questions).evaluations?.[0]?.content_hash;

  test.each([
    ['a score', workflowRow({ 'Score Percentage': '81' }), [questionRow()]],
    ['a state', workflowRow({ 'Workflow State': 'In Dispute' }), [questionRow()]],
    ['an answer', workflowRow(), [questionRow({ Answer: 'No' })]],
    ['a question more', workflowRow(), [questionRow(), questionRow({ 'Question ID': 'q-2' })]],
  ])('is %s', (_, workflow, questions) => {
    expect(hashOf(workflow, questions)).not.toBe(hashOf(workflowRow()));
  });

  test('is not a spelling of headers, nor a column that is not known', () => {
    const respelled = (row: CsvRow) =>
      Object.fromEntries(Object.entries(row).map(([header, text]) => [header.replaceAll(' ', ''), text]));
    expect(hashOf(respelled(workflowRow()), [respelled(questionRow())])).toBe(hashOf(workflowRow()));
    expect(hashOf(workflowRow({ Sentiment: 'calm' }))).toBe(hashOf(workflowRow()));
  });
});

test('a form has the questions that the window shows of it', () => {
  const body: PreparedForm = {
    formId: 'f-1/3',
    contextId: 'f-1',
    name: 'Service',
    version: '3',
    extractedAt,
    questions: [
      normalRow(questionRow({ 'Question ID': 'q-2', 'Question Number': '1.2', Scorable: 'false' })),
      normalRow(questionRow({ Critical: 'true' })),
    ],
  };
  const rows = mapForm({ formId: 'f-1/3', extractedAt, body }, mapping);
  expect(rows.forms).toEqual([
    expect.objectContaining({
      form_id: 'f-1/3',
      form_context_id: 'f-1',
      name: 'Service',
      form_version: '00000003',
      change_stamp: extractedAt,
    }),
  ]);
  expect(rows.form_questions).toEqual([
    expect.objectContaining({
      question_id: 'q-1',
      question_index: 0,
      group_index: 0,
      max_score: 10,
      is_kill: true,
    }),
    expect.objectContaining({ question_id: 'q-2', question_index: 1, max_score: null, is_kill: false }),
  ]);
  expect(rows.form_answer_options).toEqual([]);
});
