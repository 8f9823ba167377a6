import { readFile } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { duckdbDialect } from '../../../warehouses/sql/dialects/duckdb.js';
import { createViews } from '../../../warehouses/sql/views/createViews.js';
import { changeFile, scratchWarehouse } from '../scratchWarehouse.js';
import { describeConnectionViews } from './describeConnectionViews.js';
import { describeReckonedViews } from './describeReckonedViews.js';
import { describeSurveyForms } from './describeSurveyForms.js';
import { describeViews } from './describeViews.js';
import { describeVoiceViews } from './describeVoiceViews.js';
import { formVersion, scorecard } from './sampleQuality.js';
import { feedbackEntry, survey } from './sampleVoices.js';

describeViews('a DuckDB file', () => scratchWarehouse());
describeConnectionViews('a DuckDB file', () => scratchWarehouse());
describeVoiceViews('a DuckDB file', () => scratchWarehouse());
describeSurveyForms('a DuckDB file', () => scratchWarehouse());
describeReckonedViews('a DuckDB file', async () => ({
  target: await scratchWarehouse(),
  dialect: duckdbDialect,
}));

describe('the views of a DuckDB file', () => {
  const comments = `SELECT view_name, comment FROM duckdb_views() WHERE NOT internal ORDER BY view_name`;

  it('have the columns they say, of the types they say, each described', async () => {
    const { rows } = await scratchWarehouse();
    for (const { name, description, columns } of createViews(duckdbDialect)) {
      const found = await rows(
        `SELECT column_name AS name, data_type AS type, comment AS description FROM duckdb_columns()
         WHERE table_name = '${name}' ORDER BY column_index`,
      );
      expect(found).toEqual(
        columns.map((column) => ({
          name: column.name,
          type: duckdbDialect.types[column.type],
          description: column.description,
        })),
      );
      const [view] = await rows(`SELECT comment FROM duckdb_views() WHERE view_name = '${name}'`);
      expect(view?.['comment']).toContain(description);
    }
  });

  it('are made anew when they are missing or another definition made them, and are no change of the schema', async () => {
    const { path, rows, warehouse } = await scratchWarehouse();
    const before = await rows(comments);
    await changeFile(
      path,
      'DROP VIEW v_question_trend',
      'CREATE OR REPLACE VIEW v_answers_current AS SELECT 1 AS one',
    );
    expect(await warehouse.ensureSchema()).toEqual([]);
    expect(await rows(comments)).toEqual(before);
    expect(await rows('SELECT count(*) AS n FROM v_question_trend')).toEqual([{ n: 0 }]);
    expect(await rows('SELECT count(evaluation_id) AS n FROM v_answers_current')).toEqual([{ n: 0 }]);
  });

  it('answer the questions of docs/reading.md', async () => {
    const { rows } = await scratchWarehouse();
    const text = await readFile(new URL('../../../docs/reading.md', import.meta.url), 'utf8');
    const questions = [...text.matchAll(/^```sql\n(.*?)^```/gms)].map(([, sql = '']) => sql);
    expect(questions.length).toBeGreaterThan(4);
    for (const sql of questions) expect(await rows(sql.replace(/;\s*$/, '')), sql).toEqual([]);
  });

  it('have the months of UTC, whatever the time zone of who reads them', async () => {
    const { load, path } = await scratchWarehouse();
    const start = '2026-11-01T00:00:00.000Z';
    await load('b1', survey('s1', { conversation_start: start }));
    const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'America/New_York'");
    const found = await connection.runAndReadAll(
      'SELECT CAST(survey_month AS VARCHAR) FROM v_agent_csat_monthly',
    );
    connection.closeSync();
    instance.closeSync();
    expect(found.getRows()).toEqual([['2026-11-01']]);
  });

  it('keep rows of whose flags nobody knows, after a column was lost and came back', async () => {
    const { load, path, rows, warehouse } = await scratchWarehouse();
    await load(
      'b1',
      scorecard({ id: 'e1', answers: [{ question: 'q1-v1', score: 1, of: 4 }] }),
      formVersion('v1', [{ group: 'g1', groupName: 'Opening', question: 'q1-v1', points: 4 }]),
      survey('s1', { conversation_id: 'c1' }),
      feedbackEntry('f1'),
    );
    const shown = async () =>
      rows(`SELECT (SELECT count(*) FROM v_answers_current) AS answers,
        (SELECT sum(evaluations) FROM v_agent_scorecard_monthly) AS evaluations,
        (SELECT sum(questions) FROM v_form_version_drift) AS questions,
        (SELECT sum(surveys) FROM v_agent_csat_monthly) AS surveys,
        (SELECT count(*) FROM v_agent_feedback WHERE kind = 'feedback') AS feedback`);
    const before = await shown();
    expect(before).toEqual([{ answers: 1, evaluations: 1, questions: 1, surveys: 1, feedback: 1 }]);
    await changeFile(
      path,
      ...['evaluations', 'feedback'].map((table) => `ALTER TABLE ${table} DROP COLUMN is_archived`),
      ...['evaluations', 'evaluation_answers', 'form_questions', 'surveys', 'feedback'].map(
        (table) => `ALTER TABLE ${table} DROP COLUMN is_deleted`,
      ),
    );
    await warehouse.ensureSchema();
    expect(await shown()).toEqual(before);
  });

  it('stay as they are when they are right', async () => {
    const { path, rows, warehouse } = await scratchWarehouse();
    await changeFile(path, `COMMENT ON COLUMN v_answers_current.agent_id IS 'mine'`);
    await warehouse.ensureSchema();
    expect(
      await rows(
        `SELECT comment FROM duckdb_columns() WHERE table_name = 'v_answers_current' AND column_name = 'agent_id'`,
      ),
    ).toEqual([{ comment: 'mine' }]);
  });
});
