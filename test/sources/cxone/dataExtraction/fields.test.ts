import { describe, expect, test } from 'vitest';
import { columnNamed, normalHeader } from '../../../../sources/cxone/data-extraction/columns.js';
import {
  changeStampOf,
  isDeleted,
  momentIn,
  normalRow,
  parseQuestion,
  parseWorkflow,
} from '../../../../sources/cxone/data-extraction/fields.js';
import { questionTypeOf, statusOf } from '../../../../sources/cxone/data-extraction/vocabulary.js';
import { questionRow, without, workflowRow } from './rows.js';

test.each([
  ['Workflow ID', 'workflowId'],
  ['Score Percentage', 'Score (Percentage)'],
  ['FirstName (Eva)', 'firstnameEva'],
  ['Section Score %', 'sectionScore%'],
  ['ACD ID', 'acd_id'],
])('%s is spelled %s, too', (documented, spelling) => {
  expect(normalHeader(spelling)).toBe(normalHeader(documented));
  expect(columnNamed(normalHeader(spelling))).toBe(documented);
});

test.each([
  ['2026-09-01T10:00:00Z', '2026-09-01T10:00:00.000Z'],
  ['2026-09-01T10:00:00.25Z', '2026-09-01T10:00:00.250Z'],
  ['2026-09-01T12:00:00+02:00', '2026-09-01T10:00:00.000Z'],
  ['2026-09-01T10:00:00', '2026-09-01T10:00:00.000Z'],
  ['2026-09-01 10:00:00', '2026-09-01T10:00:00.000Z'],
  ['2026-09-01 12:00:00 +02:00', '2026-09-01T10:00:00.000Z'],
  ['2026-09-01 10:00', '2026-09-01T10:00:00.000Z'],
  ['2026-09-01', '2026-09-01T00:00:00.000Z'],
  ['2026-02-30T10:00:00Z', null],
  ['9999-12-31T23:59:59-01:00', null],
  ['0000-01-01', null],
  ['09/01/2026', null],
  ['2026', null],
  ['20260901', null],
  ['2026-09-01T10:00:00 please', null],
])('"%s" is the time %s', (text, moment) => expect(momentIn(text)).toBe(moment));

describe('a row', () => {
  test.each([
    ['true', true],
    ['FALSE', false],
    ['Yes', true],
    ['no', false],
    [' no ', false],
  ])('states a truth as "%s"', (text, truth) => {
    expect(parseQuestion(normalRow(questionRow({ Critical: text })), 'x').critical).toBe(truth);
  });

  test.each([
    ['8', 8],
    ['8.', 8],
    ['.5', 0.5],
    ['-1.25', -1.25],
    ['1e2', 100],
  ])('states a number as "%s"', (text, number) => {
    expect(parseQuestion(normalRow(questionRow({ 'Actual Score': text })), 'x').actualscore).toBe(number);
  });

  test('of nothing but blanks states nothing', () => {
    const blank = {
      'Submission Date': ' ',
      'Last Updated': '\t',
      'Score Percentage': '  ',
      'Team ID': '\u00a0',
    };
    const workflow = parseWorkflow(normalRow(workflowRow(blank)));
    for (const column of ['submissiondate', 'lastupdated', 'scorepercentage', 'teamid']) {
      expect(workflow).not.toHaveProperty(column);
    }
    expect(() => parseWorkflow(normalRow(workflowRow({ 'Workflow ID': ' ' })))).toThrow(
      'workflow without id has nothing in column "Workflow ID"',
    );
  });

  test('has ids without the blanks around them', () => {
    expect(
      parseWorkflow(
        normalRow(workflowRow({ 'Workflow ID': ' w-1', 'Agent ID': 'a-1\t', 'ACD ID': ' 4711 ' })),
      ),
    ).toMatchObject({ workflowid: 'w-1', agentid: 'a-1', acdid: '4711' });
    expect(parseQuestion(normalRow(questionRow({ 'Question ID': 'q-1 ' })), 'x').questionid).toBe('q-1');
  });

  test.each([
    ['Evaluation', 'evaluation'],
    ['EVALUATION', 'evaluation'],
    ['Self Assessment', 'self-assessment'],
    ['self-assessment', 'self-assessment'],
    ['Self Evaluation', 'self-assessment'],
    ['Calibration', 'calibration'],
    ['Calibrated evaluation', 'calibration'],
  ])('of the type "%s" is an %s', (text, type) => {
    expect(parseWorkflow(normalRow(workflowRow({ Type: text }))).type).toBe(type);
  });

  test.each([
    [{ 'Last Updated': 'gestern' }, 'workflow w-1 has "gestern" in column "Last Updated": is no time.'],
    [{ 'Score Percentage': '80,5' }, 'workflow w-1 has "80,5" in column "Score Percentage": is no number.'],
    [{ 'Score Percentage': '80 %' }, 'workflow w-1 has a text of 4 characters in column "Score Percentage"'],
    [{ Type: 'Survey' }, 'workflow w-1 has "Survey" in column "Type": is no type of a workflow.'],
    [{ 'Failed Critical Question': 'maybe' }, '"maybe" in column "Failed Critical Question": is no truth.'],
  ])('of a workflow with %j is refused by name', (changed, message) => {
    expect(() => parseWorkflow(normalRow(workflowRow(changed)))).toThrow(
      expect.objectContaining({ kind: 'SchemaMismatch', message: expect.stringContaining(message) }),
    );
  });

  test('of a question is refused by name', () => {
    const row = normalRow(questionRow({ 'Max Score': 'ten' }));
    expect(() => parseQuestion(row, 'workflow w-1')).toThrow(
      'question q-1 of workflow w-1 has "ten" in column "Max Score": is no number.',
    );
    expect(() => parseQuestion(normalRow(without(questionRow(), 'Question ID')), 'workflow w-1')).toThrow(
      'question without id of workflow w-1 has nothing in column "Question ID"',
    );
  });
});

test.each([
  [{}, '2026-09-03T08:00:00.000Z'],
  // Submitted anew, and the last update does not say so.
  [{ 'Submission Date': '2026-09-05T00:00:00Z' }, '2026-09-05T00:00:00.000Z'],
])('a workflow with %j changed last at %s', (changed, stamp) => {
  expect(changeStampOf(parseWorkflow(normalRow(workflowRow(changed))))).toBe(stamp);
});

test('a workflow without any other date changed when it began', () => {
  const row = without(workflowRow(), 'Last Updated', 'Submission Date');
  expect(changeStampOf(parseWorkflow(normalRow(row)))).toBe('2026-09-02T09:00:00.000Z');
});

test.each([
  ['Deleted', true],
  ['Deleted - Expired', true],
  ['replaced', true],
  ['Expired', false],
  ['Completed', false],
])('what is "%s" was deleted: %s', (status, deleted) => expect(isDeleted(status)).toBe(deleted));

test.each([
  ['Completed', undefined, 'FINISHED'],
  ['Completed', 'Acknowledged', 'FINISHED'],
  ['Completed', 'In Dispute', 'INREVIEW'],
  ['In Progress', 'In Dispute', 'IN_PROGRESS'],
  ['Expired', 'Closed', 'EXPIRED'],
])('%s and %s is the status %s', (status, state, ours) => expect(statusOf(status, state)).toBe(ours));

test.each([
  ['Multiple Choice', 'multipleChoiceQuestion'],
  ['multiple select', 'multipleSelectQuestion'],
  ['Free Text', 'freeTextQuestion'],
  ['Slider', 'Slider'],
  [undefined, null],
])('a question of the type %s is a %s', (type, ours) => expect(questionTypeOf(type)).toBe(ours));
