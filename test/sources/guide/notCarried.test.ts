import { expect, test } from 'vitest';
import { stagedColumns, type CanonicalRows, type TableName } from '../../../model/tables.js';
import { mapEvaluation } from '../../../sources/genesys/guide/mapEvaluation.js';
import { mapTemplate } from '../../../sources/genesys/guide/mapTemplate.js';
import {
  notCarried,
  notCarriedByAssessments,
  silentGroup,
  silentScorecard,
} from '../../../sources/genesys/guide/notCarried.js';
import { silentAnswer } from '../../../sources/rows/silent.js';
import { evaluationBody, evaluationRecord, mapping, template } from './fixtures.js';

const agents = mapEvaluation(evaluationRecord(), template(), mapping);
const calibrated = mapEvaluation(
  evaluationRecord(evaluationBody({ isCalibration: true })),
  template(),
  mapping,
);
const rows: CanonicalRows = { ...agents, ...calibrated, ...mapTemplate(template(), mapping) };

test.each([...Object.entries(notCarried), ...Object.entries(notCarriedByAssessments)] as [
  TableName,
  readonly string[],
][])('what is not carried of %s are columns of it, each named once', (table, columns) => {
  const known = stagedColumns(table).map(({ name }) => name);
  expect(known).toEqual(expect.arrayContaining([...columns]));
  expect(new Set(columns).size).toBe(columns.length);
});

test.each([
  ['evaluations', silentScorecard],
  ['calibration_evaluations', silentScorecard],
  ['evaluation_group_scores', silentGroup],
  ['evaluation_answers', silentAnswer],
  ['calibration_answers', silentAnswer],
] as const)('rows of %s hold in its place what is said here', (table, silent) => {
  expect(rows[table]).toMatchObject([silent]);
});

test('what an evaluation with everything leaves empty is said not to be carried', () => {
  const filled = new Set(['question_index', 'group_index', 'calibration_id', 'comments']);
  for (const [table, columns] of Object.entries(notCarried) as [
    keyof typeof notCarried,
    readonly string[],
  ][]) {
    for (const row of rows[table] ?? []) {
      const empty = Object.entries(row).flatMap(([column, value]) => (value === null ? [column] : []));
      expect(
        empty.filter((column) => !columns.includes(column) && !filled.has(column)),
        table,
      ).toEqual([]);
    }
  }
});
