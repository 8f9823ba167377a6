import { expect, test } from 'vitest';
import { stagedColumns, type CanonicalRows, type TableName } from '../../../../model/tables.js';
import { mapAssessment } from '../../../../sources/cxone/guide/mapAssessment.js';
import { mapFeedback } from '../../../../sources/cxone/guide/mapFeedback.js';
import { mapRubric } from '../../../../sources/cxone/guide/mapRubric.js';
import { notCarried, silentAssessment, silentFeedback } from '../../../../sources/cxone/guide/notCarried.js';
import { silentAnswer, silentFormQuestion } from '../../../../sources/rows/silent.js';
import { assessmentBody, feedbackBody, mapping, recordOf, rubric, rubricBody } from './fixtures.js';

const questions = rubricBody().questions.slice(0, 1);
const answers = assessmentBody().answers.slice(0, 1);
const form = rubric({ questions });
const rows: CanonicalRows = {
  ...mapAssessment(recordOf('evaluation', assessmentBody({ answers })), form, mapping),
  ...mapFeedback(recordOf('feedback', feedbackBody()), mapping),
  ...mapRubric(form, mapping),
};

const lists = Object.entries(notCarried) as [keyof typeof notCarried, readonly string[]][];

test.each(lists)('what is not carried of %s are columns of it, each named once', (table, columns) => {
  const known = stagedColumns(table satisfies TableName).map(({ name }) => name);
  expect(known).toEqual(expect.arrayContaining([...columns]));
  expect(new Set(columns).size).toBe(columns.length);
});

test.each([
  ['evaluations', silentAssessment],
  ['evaluation_answers', silentAnswer],
  ['form_questions', silentFormQuestion],
  ['feedback', silentFeedback],
] as const)('rows of %s hold in its place what is said here', (table, silent) => {
  expect(rows[table]).toMatchObject([silent]);
});

test.each(lists)('what %s with everything leave empty is said not to be carried', (table, columns) => {
  expect(rows[table]?.length).toBe(1);
  for (const row of rows[table] ?? []) {
    const empty = Object.entries(row).flatMap(([column, value]) => (value === null ? [column] : []));
    expect(empty.filter((column) => !columns.includes(column))).toEqual([]);
  }
});
