import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { StagedTableName } from '../../../model/tables.js';
import { withEngine } from '../../../staging/parquetCopy.js';
import type { BatchManifest } from '../../../warehouses/warehouse.js';
import { noSignal, type OpenTarget, type ScratchTarget } from './target.js';
import { evaluation } from './sampleEvaluation.js';

const evaluations = 6_667;
const answersEach = 30;

/** Staged files like those of the writer, their one evaluation multiplied by SQL because that takes no time. */
async function stageMany(scratch: ScratchTarget, batchId: string, version: number): Promise<BatchManifest> {
  const stamp = new Date(Date.UTC(2026, 10, version)).toISOString();
  const one = evaluation({ stamp, extracted: stamp, score: version, questions: ['q'] });
  const template = await scratch.stage(batchId, { ...one, evaluation_group_scores: [] });
  const files: BatchManifest['files'] = {};
  await withEngine(join(scratch.directory, 'spill'), async (connection) => {
    for (const [table, object] of Object.entries(template.files)) {
      const path = await scratch.store.localPath(object);
      const rows = table === 'evaluation_answers' ? evaluations * answersEach : evaluations;
      const unique =
        table === 'evaluation_answers'
          ? `'q' || i % ${answersEach} AS question_id, md5('${version}' || i) AS comments, md5('t' || i) AS answer_text,
             'e' || i // ${answersEach} AS evaluation_id`
          : `'e' || i AS evaluation_id`;
      const target = join(scratch.directory, `${table}.parquet`);
      await connection.run(
        `COPY (SELECT * EXCLUDE (i) REPLACE (${unique}) FROM read_parquet('${path}', hive_partitioning = false), range(${rows}) r(i)) TO '${target}' (FORMAT parquet)`,
      );
      files[table as StagedTableName] = await scratch.store.putFile(
        `${batchId}/many/${table}.parquet`,
        target,
        rows,
      );
    }
  });
  return { ...template, files };
}

export function largeBatch(open: OpenTarget): void {
  it('loads and replaces 200,000 answers', async () => {
    const scratch = await open();
    const answers = evaluations * answersEach;
    for (const [version, counts] of [
      [1, { staged: answers, inserted: answers, updated: 0, softDeleted: 0 }],
      [2, { staged: answers, inserted: 0, updated: answers, softDeleted: 0 }],
    ] as const) {
      const batch = await stageMany(scratch, `b${version}`, version);
      const { tables } = await scratch.warehouse.load(batch, noSignal);
      expect(tables['evaluation_answers']).toEqual(counts);
    }
    expect(await scratch.rows('SELECT score, count(*) AS n FROM evaluation_answers GROUP BY score')).toEqual([
      { score: 2, n: answers },
    ]);
  });
}
