/** The gate over generated SQL judges rightly: what BigQuery refuses is rejected for its reason, what it takes is not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGoogleSqlAnalyzer, type GoogleSqlAnalyzer } from '../support/googlesql/analyzer.js';
import { gateTables, rightStatements, wrongStatements } from '../support/googlesql/statements.js';

let analyzer: GoogleSqlAnalyzer;
beforeAll(async () => {
  analyzer = await startGoogleSqlAnalyzer({ tables: gateTables });
});
afterAll(() => analyzer?.stop());

describe('what BigQuery refuses is rejected', () => {
  it.each(wrongStatements)('%s', async (_, sql, reason) => {
    expect(await analyzer.check(sql)).toEqual({ ok: false, message: expect.stringMatching(reason) as string });
  });
});

describe('what BigQuery takes is accepted', () => {
  it.each(rightStatements)('%s', async (_, sql) => {
    expect(await analyzer.check(sql)).toEqual({ ok: true });
  });
});
