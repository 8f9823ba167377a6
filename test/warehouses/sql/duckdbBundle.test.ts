import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { bundleTargets } from '../../../warehouses/sql/bundle/targets.js';
import { openWarehouse } from '../../../warehouses/openWarehouse.js';
import { scratchDirectory } from '../../support/scratchDirectory.js';
import { expect } from 'vitest';
import { scratchTarget } from '../contract/target.js';
import { sqlFiles } from './bundleFiles.js';
import { describeBundle } from './describeBundle.js';

describeBundle('DuckDB', async () => {
  const path = join(await scratchDirectory(), 'analysts.duckdb');
  let isNew = true;
  const target = await scratchTarget(async (store) => openWarehouse({ kind: 'duckdb', path }, store), {
    dropColumn: async () => undefined,
    empty: async () => undefined,
  });
  return {
    target: (location) => bundleTargets.duckdb({ schema: 'main', location }),
    async run(files) {
      const instance = await DuckDBInstance.create(path);
      try {
        const connection = await instance.connect();
        for (const { content } of sqlFiles(files)) await connection.run(content);
        connection.closeSync();
      } finally {
        instance.closeSync();
      }
      if (!isNew) return;
      isNew = false;
      // Tidemark itself finds nothing wrong with the tables.
      expect(await target.warehouse.ensureSchema()).toEqual([
        { table: 'schema_changes', column: null, change: 'create_table' },
      ]);
    },
    dump: target.dump,
  };
});
