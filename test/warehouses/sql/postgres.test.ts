import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { JsonText } from '../../../model/jsonText.js';
import { openWarehouse } from '../../../warehouses/openWarehouse.js';
import { createBundle, type BundleFile } from '../../../warehouses/sql/bundle/bundle.js';
import { bundleTargets } from '../../../warehouses/sql/bundle/targets.js';
import { postgresDialect } from '../../../warehouses/sql/dialects/postgres.js';
import { redshiftDialect } from '../../../warehouses/sql/dialects/redshift.js';
import { createViews } from '../../../warehouses/sql/views/createViews.js';
import { currentAnswers } from '../../../warehouses/sql/views/currentAnswers.js';
import { pivotView, readPivotedForms } from '../../../warehouses/sql/views/pivot.js';
import { questionTrend } from '../../../warehouses/sql/views/questionTrend.js';
import type { View } from '../../../warehouses/sql/views/view.js';
import { freshName, startPostgres, type PostgresServer } from '../../support/postgresServer.js';
import { scratchDirectory } from '../../support/scratchDirectory.js';
import { evaluation } from '../contract/sampleEvaluation.js';
import { scratchTarget } from '../contract/target.js';
import { scratchFiles, withReader } from '../scratchFiles.js';
import { scratchPostgres } from '../scratchPostgres.js';
import { countsOf, sqlFiles } from './bundleFiles.js';
import { describeBundle, type BundleRunner } from './describeBundle.js';
import { describeConnectionViews } from './describeConnectionViews.js';
import { describeReckonedViews } from './describeReckonedViews.js';
import { describeSurveyForms } from './describeSurveyForms.js';
import { describeViews } from './describeViews.js';
import { describeVoiceViews } from './describeVoiceViews.js';
import { formVersion, scorecard } from './sampleQuality.js';
import { survey } from './sampleVoices.js';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());

describeViews('PostgreSQL', () => scratchPostgres(server));
describeConnectionViews('PostgreSQL', () => scratchPostgres(server));
describeVoiceViews('PostgreSQL', () => scratchPostgres(server));
describeSurveyForms('PostgreSQL', () => scratchPostgres(server));
describeReckonedViews('PostgreSQL', async () => {
  const target = await scratchPostgres(server);
  return { target, dialect: postgresDialect(target.schema) };
});

describe('the views of a PostgreSQL schema', () => {
  it('have the columns they say, of the types they say', async () => {
    const { rows, schema } = await scratchPostgres(server);
    const dialect = postgresDialect(schema);
    for (const { name, columns } of createViews(dialect)) {
      const found = await rows(
        `SELECT column_name AS name, data_type AS type FROM information_schema.columns
         WHERE table_schema = '${schema}' AND table_name = '${name}' ORDER BY ordinal_position`,
      );
      expect(found, name).toEqual(
        columns.map((column) => ({ name: column.name, type: dialect.types[column.type] })),
      );
    }
  });

  it('have the months of UTC, whatever the time zone of who reads them', async () => {
    const { load, schema } = await scratchPostgres(server);
    await load('b1', survey('s1', { conversation_start: '2026-11-01T00:00:00.000Z' }));
    const client = await server.connect();
    try {
      await client.query(`SET TimeZone = 'America/New_York'`);
      const { rows } = await client.query(
        `SELECT CAST(survey_month AS text) AS month FROM ${schema}.v_agent_csat_monthly`,
      );
      expect(rows).toEqual([{ month: '2026-11-01' }]);
    } finally {
      await client.end();
    }
  });

  it('skip the partitions of other months in every table that they join', async () => {
    const { load, rows, schema } = await scratchPostgres(server);
    await load(
      'b1',
      formVersion('v1', [{ group: 'g1', groupName: 'Opening', question: 'q1', points: 4 }]),
      ...['2026-09-01', '2026-10-01', '2026-11-01'].map((month) =>
        scorecard({
          id: month,
          month,
          answers: [{ question: 'q1', score: 1, of: 4 }],
          groups: [{ id: 'g1', score: 1, of: 4 }],
        }),
      ),
    );
    const dialect = postgresDialect(schema);
    const [form] = (await readPivotedForms(rows)).values();
    if (form === undefined) throw new Error('no form');
    const read = async ({ sql }: View, months = "= DATE '2026-10-01'") => {
      const plan = await rows(`EXPLAIN SELECT * FROM (${sql}) V WHERE evaluation_month ${months}`);
      const found = JSON.stringify(plan).match(/ on (evaluation\w*_\d{4}_\d\d)/g) ?? [];
      return [...new Set(found)].map((name) => name.replace(' on ', '')).toSorted();
    };
    expect(await read(currentAnswers(dialect))).toEqual([
      'evaluation_answers_2026_10',
      'evaluations_2026_10',
    ]);
    expect(await read(questionTrend(dialect))).toEqual(['evaluation_answers_2026_10', 'evaluations_2026_10']);
    for (const months of [undefined, "BETWEEN DATE '2026-10-01' AND DATE '2026-10-31'"]) {
      expect(await read(pivotView(dialect, form), months)).toEqual([
        'evaluation_group_scores_2026_10',
        'evaluations_2026_10',
      ]);
    }
  });

  it('gain columns where views of an older version lack them', async () => {
    const { rows, schema, warehouse } = await scratchPostgres(server);
    const dialect = postgresDialect(schema);
    const views = createViews(dialect);
    const columnsOf = async (name: string) =>
      (
        await rows(
          `SELECT column_name AS name FROM information_schema.columns
           WHERE table_schema = '${schema}' AND table_name = '${name}' ORDER BY ordinal_position`,
        )
      ).map(({ name: column }) => column);
    const late = views.filter(({ columns }) => columns.at(-1)?.name === 'source_system');
    expect(late.length).toBeGreaterThan(3);
    for (const { name, columns, sql } of late) {
      const before = columns.slice(0, -1).map((column) => dialect.identifier(column.name));
      await server.admin(
        `DROP VIEW ${dialect.table(name)}`,
        `CREATE VIEW ${dialect.table(name)} AS SELECT ${before.join(', ')} FROM (${sql}) V`,
      );
      expect(await columnsOf(name)).not.toContain('source_system');
    }
    expect(await warehouse.ensureSchema()).toEqual([]);
    for (const { name, columns } of late) {
      expect(await columnsOf(name), name).toEqual(columns.map((column) => column.name));
    }
  });
});

async function openBundle(): Promise<BundleRunner> {
  const schema = freshName('copied');
  const folder = await scratchDirectory();
  let isNew = true;
  onTestFinished(async () => {
    await server.admin(
      ...[schema, `${schema}_staging`].map((name) => `DROP SCHEMA IF EXISTS ${name} CASCADE`),
    );
  });
  const target = await scratchTarget(
    async (store) => openWarehouse({ kind: 'postgres', url: server.url, schema }, store),
    { dropColumn: async () => undefined, empty: async () => undefined },
  );
  onTestFinished(() => target.warehouse.close());
  return {
    target: (location) => bundleTargets.postgres({ schema, location }),
    async run(files) {
      const [first, ...others] = sqlFiles(files);
      if (first !== undefined) await makeCsv(first, folder);
      for (const file of others) await runLikePsql(file, folder);
      if (!isNew) return;
      isNew = false;
      // Tidemark itself finds nothing wrong with the tables.
      expect(
        (await target.warehouse.ensureSchema()).filter(({ table }) => table !== 'schema_changes'),
      ).toEqual([]);
    },
    dump: target.dump,
  };
}

describeBundle('PostgreSQL', openBundle);

describe('the bundle for PostgreSQL', () => {
  it('has U+FFFD for NUL, as loads have', async () => {
    const files = await scratchFiles('parquet');
    // The second is no NUL: its backslash is escaped.
    const raw = String.raw`{"a":"x\u0000y","b":"\\u0000"}` as JsonText;
    await files.load('b1', evaluation({ values: { agent_name: 'A\0B', comments: null, raw } }));
    const runner = await openBundle();
    await runner.run(createBundle(runner.target(files.path), countsOf(await files.manifest())));
    expect((await runner.dump())['evaluations']).toMatchObject([
      { agent_name: 'A\uFFFDB', comments: null, raw: { a: 'x\uFFFDy', b: String.raw`\u0000` } },
    ]);
  });
});

describe('the two statements that are the MERGE of Redshift', () => {
  it('replace what meets a row, insert the others, and leave the rest alone', async () => {
    const schema = freshName('redshift');
    onTestFinished(async () => void (await server.admin(`DROP SCHEMA ${schema} CASCADE`)));
    const dialect = redshiftDialect({ schema, stagingSchema: schema });
    const upsert = dialect.upsert({
      target: dialect.table('held'),
      source: dialect.table('staged'),
      key: ['connection', 'id'],
      columns: ['connection', 'id', 'month', 'score'],
      replaced: ['score'],
    });
    const rows = await server.admin(
      `CREATE SCHEMA ${schema}`,
      `CREATE TABLE ${schema}.held (connection text, id text, month text, score int, own text DEFAULT 'mine')`,
      `INSERT INTO ${schema}.held VALUES ('a', '1', 'jan', 1, 'kept'), ('b', '1', 'jan', 1, 'mine'), ('a', '2', 'jan', 2, 'mine')`,
      `CREATE TABLE ${schema}.staged AS SELECT * FROM (VALUES ('a', '1', 'feb', 10), ('a', '3', 'feb', 30)) v(connection, id, month, score)`,
      upsert,
      `SELECT connection || id AS key, month, score, own FROM ${schema}.held ORDER BY 1`,
    );
    expect(rows).toEqual([
      { key: 'a1', month: 'jan', score: 10, own: 'kept' },
      { key: 'a2', month: 'jan', score: 2, own: 'mine' },
      { key: 'a3', month: 'feb', score: 30, own: 'mine' },
      { key: 'b1', month: 'jan', score: 1, own: 'mine' },
    ]);
  });
});

/** What duckdb does in the folder. */
async function makeCsv({ content }: BundleFile, folder: string): Promise<void> {
  await withReader(async (connection) => {
    await connection.run(
      content.replaceAll(/^TO '(.*\.csv)'/gm, (_, name: string) => `TO '${join(folder, name)}'`),
    );
  });
}

/** What psql does there with ON_ERROR_STOP; its own commands run on the client. */
async function runLikePsql(file: BundleFile, folder: string): Promise<void> {
  const client = await server.connect();
  try {
    for (const part of file.content.split(/^(\\.*)$/m)) {
      const [, target, name, options] = /^\\copy (\S+) FROM '([^']+)' (.*)$/.exec(part) ?? [];
      if (target === undefined || name === undefined) await client.query(part);
      else {
        await pipeline(
          createReadStream(join(folder, name)),
          client.query(copyFrom(`COPY ${target} FROM STDIN ${options ?? ''}`)),
        );
      }
    }
  } finally {
    await client.end();
  }
}
