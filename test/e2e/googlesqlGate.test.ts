/** The gate over generated SQL judges rightly: what BigQuery refuses is rejected for its reason, what it takes is not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  isBeyondJudgement,
  startGoogleSqlAnalyzer,
  type GoogleSqlAnalyzer,
} from '../support/googlesql/analyzer.js';
import { gateTables } from '../support/googlesql/gateTables.js';
import { wronglyAccepted, wronglyRejected } from '../support/googlesql/knownErrors.js';
import { rightStatements } from '../support/googlesql/rightStatements.js';
import { wrongQueries } from '../support/googlesql/wrongQueries.js';
import { wrongStatements } from '../support/googlesql/wrongStatements.js';

let analyzer: GoogleSqlAnalyzer;
beforeAll(async () => {
  analyzer = await startGoogleSqlAnalyzer({ tables: gateTables });
});
afterAll(() => analyzer?.stop());

const rejectedFor = (reason: RegExp) => ({ ok: false, message: expect.stringMatching(reason) as string });

describe('what BigQuery refuses is rejected', () => {
  it.each([...wrongQueries, ...wrongStatements])('%s', async (_, sql, reason) => {
    expect(await analyzer.check(sql)).toEqual(rejectedFor(reason));
  });
});

describe('what BigQuery takes is accepted', () => {
  it.each(rightStatements)('%s', async (_, sql) => {
    expect(await analyzer.check(sql)).toEqual({ ok: true });
  });
});

describe('what the analyzer is known to judge wrongly', () => {
  it.each(wronglyRejected)('rejected: %s', async (_, sql, message) => {
    expect(await analyzer.check(sql)).toEqual(rejectedFor(message));
  });

  it.each(wronglyAccepted)('accepted: %s', async (_, sql) => {
    expect(await analyzer.check(sql)).toEqual({ ok: true });
  });
});

describe('what the analyzer does not look into', () => {
  it.each([
    'DECLARE day DATE; SELECT day',
    'SELECT 1; SET day = NULL',
    'IF TRUE THEN SELECT evaluation_idd FROM qm.answers; END IF',
    "EXECUTE IMMEDIATE 'SELECT evaluation_idd FROM qm.answers'",
    'BEGIN SELECT 1; EXCEPTION WHEN ERROR THEN SELECT 2; END',
    '-- A comment;\n/* and\nanother */ DECLARE day DATE; SELECT day',
  ])('%s: no verdict', async (sql) => {
    expect(isBeyondJudgement(sql)).toBe(true);
    await expect(analyzer.check(sql)).rejects.toThrow(/cannot judge procedural language/);
  });

  it('is in none of the statements above', () => {
    const judged = [
      ...rightStatements,
      ...wrongQueries,
      ...wrongStatements,
      ...wronglyRejected,
      ...wronglyAccepted,
    ];
    expect(judged.filter(([, sql]) => isBeyondJudgement(sql))).toEqual([]);
  });
});

describe('one check and the next', () => {
  it('a table, a view or a temporary table of one check is not there for the next', async () => {
    for (const [made, used] of [
      ['CREATE TABLE qm.made (id INT64)', 'SELECT id FROM qm.made'],
      ['CREATE VIEW qm.made AS SELECT 1 AS id', 'SELECT id FROM qm.made'],
      ['CREATE TEMP TABLE made AS SELECT 1 AS id', 'SELECT id FROM made'],
    ] as const) {
      expect(await analyzer.check(made)).toEqual({ ok: true });
      expect(await analyzer.check(used)).toEqual(rejectedFor(/Table not found: .*made/));
    }
    expect(await analyzer.check('DROP TABLE qm.answers')).toEqual({ ok: true });
    expect(await analyzer.check('SELECT score FROM qm.answers')).toEqual({ ok: true });
  });

  it('checks asked for at once, more of them than one process makes, each get their own verdict', async () => {
    const numbers = Array.from({ length: 130 }, (_, number) => number);
    const verdicts = await Promise.all(
      numbers.map((number) =>
        analyzer.check(
          number % 2 === 0 ? 'SELECT score FROM qm.answers' : `SELECT c${number} FROM qm.answers`,
        ),
      ),
    );
    expect(verdicts).toEqual(
      numbers.map((number) =>
        number % 2 === 0 ? { ok: true } : rejectedFor(new RegExp(`Unrecognized name: c${number}\\b`)),
      ),
    );
  });

  it('a batch gives back those that are rejected, by name', async () => {
    expect(
      await analyzer.rejected([
        { name: 'right', sql: 'SELECT score FROM qm.answers' },
        { name: 'wrong', sql: 'SELECT scor FROM qm.answers' },
      ]),
    ).toEqual([
      {
        name: 'wrong',
        sql: 'SELECT scor FROM qm.answers',
        message: expect.stringContaining('Unrecognized name: scor') as string,
      },
    ]);
  });
});
