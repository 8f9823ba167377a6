import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { openWarehouse } from '../../../warehouses/openWarehouse.js';
import type { BundleFile } from '../../../warehouses/sql/bundle/bundle.js';
import { bundleTargets } from '../../../warehouses/sql/bundle/targets.js';
import { postgresDialect } from '../../../warehouses/sql/dialects/postgres.js';
import { createViews, viewStatements } from '../../../warehouses/sql/views/createViews.js';
import { freshName, startPostgres, type PostgresServer } from '../../support/postgresServer.js';
import { scratchDirectory } from '../../support/scratchDirectory.js';
import { scratchTarget } from '../contract/target.js';
import { withReader } from '../scratchFiles.js';
import { scratchPostgres } from '../scratchPostgres.js';
import { sqlFiles } from './bundleFiles.js';
import { describeBundle } from './describeBundle.js';
import { describeViews } from './describeViews.js';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());

describeViews('PostgreSQL', async () => {
  const scratch = await scratchPostgres(server);
  const dialect = postgresDialect(scratch.schema);
  await server.admin(...createViews(dialect).flatMap((view) => viewStatements(dialect, view)));
  return scratch;
});

describeBundle('PostgreSQL', async () => {
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
    async () => undefined,
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
