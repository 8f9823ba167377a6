/** A schema of its own for a test on a real PostgreSQL server. */
import { onTestFinished } from 'vitest';
import { openWarehouse, type PostgresConfig } from '../../warehouses/openWarehouse.js';
import { freshName, type PostgresServer } from '../support/postgresServer.js';
import { scratchTarget, type ScratchTarget } from './contract/target.js';

export interface ScratchPostgres extends ScratchTarget {
  schema: string;
  config: PostgresConfig;
}

export async function scratchPostgres(
  server: PostgresServer,
  config: Partial<PostgresConfig> = {},
): Promise<ScratchPostgres> {
  const schema = freshName('tidemark');
  const complete: PostgresConfig = { kind: 'postgres', url: server.url, schema, ...config };
  const target = await scratchTarget(
    async (store) => {
      const warehouse = await openWarehouse(complete, store);
      onTestFinished(async () => {
        await warehouse.close();
        await server.admin(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      });
      await warehouse.ensureSchema();
      return warehouse;
    },
    {
      async dropColumn(table, column) {
        // Views that read it go with it.
        await server.admin(`ALTER TABLE ${schema}.${table} DROP COLUMN ${column} CASCADE`);
      },
      async empty() {
        await server.admin(`DROP SCHEMA ${schema} CASCADE`);
      },
    },
  );
  return { ...target, schema, config: complete };
}
