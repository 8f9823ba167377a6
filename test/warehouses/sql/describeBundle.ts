/** A bundle brings a warehouse to the state of a directory of Parquet: run for real. */
import { copyFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonText } from '../../../model/jsonText.js';
import type { TableName } from '../../../model/tables.js';
import { createBundle, type BundleFile } from '../../../warehouses/sql/bundle/bundle.js';
import type { BundleTarget } from '../../../warehouses/sql/bundle/target.js';
import { evaluation, hour, tombstone } from '../contract/sampleEvaluation.js';
import type { Dump } from '../contract/target.js';
import { scratchFiles, type ScratchFiles } from '../scratchFiles.js';
import { countsOf } from './bundleFiles.js';
import { formVersion, scorecard } from './sampleQuality.js';

export interface BundleRunner {
  target(location: string): BundleTarget;
  /** Runs the files in their order and stops at the first error. */
  run(files: readonly BundleFile[]): Promise<void>;
  dump(): Promise<Dump>;
}

/** @param open an empty warehouse */
export function describeBundle(name: string, open: () => Promise<BundleRunner>): void {
  const bundleOf = async (
    runner: BundleRunner,
    files: ScratchFiles,
    counts?: Map<TableName, number | null>,
  ) => createBundle(runner.target(files.path), counts ?? countsOf(await files.manifest()));

  const without = ({ schema_changes: _, ...dump }: Dump) => dump;

  async function loaded() {
    const files = await scratchFiles('parquet');
    await files.load(
      'b1',
      evaluation({
        values: { agent_name: 'Zoë "\\ \' 你好\r\n', raw: '{"a":{"b":[1,null,"\\" \\\\ é"]}}' as JsonText },
      }),
      evaluation({
        id: 'e2',
        month: '2026-11-01',
        values: { agent_name: '', comments: null, total_score: 0.1 },
      }),
      evaluation({ id: 'e3', questions: [] }),
      formVersion('v1', [{ group: 'g1', groupName: 'Opening', question: 'q1', points: 4 }]),
    );
    return { files, runner: await open() };
  }

  describe(`the bundle for ${name}`, () => {
    it('brings everything, changes and deletions too, and nothing twice', async () => {
      const { files, runner } = await loaded();
      await runner.run(await bundleOf(runner, files));
      const first = without(await files.dump());
      expect(first['evaluations']).toHaveLength(3);
      expect(without(await runner.dump())).toEqual(first);

      await files.load(
        'b2',
        evaluation({ stamp: hour(10), extracted: hour(10), score: 90, questions: ['q2', 'q3'] }),
        scorecard({ id: 'e4', answers: [{ question: 'q1-v1', score: 1, of: 2 }] }),
        tombstone('e2', hour(11)),
      );
      const second = without(await files.dump());
      expect(second).not.toEqual(first);
      await runner.run(await bundleOf(runner, files));
      expect(without(await runner.dump())).toEqual(second);
      await runner.run(await bundleOf(runner, files));
      expect(without(await runner.dump())).toEqual(second);
    });

    it.each([
      {
        what: 'rows that the manifest does not know',
        change: async () => undefined,
        counts: new Map<TableName, number | null>([['evaluations', 7]]),
        message: 'evaluations: not the 7 rows of the manifest',
      },
      {
        what: 'a key that is there twice',
        change: async (path: string) => copyFile(path, join(dirname(path), 'again.parquet')),
        counts: new Map<TableName, number | null>([['evaluations', null]]),
        message: 'evaluations: the key (connection, evaluation_id) is not unique',
      },
      {
        what: 'answers without their evaluation',
        change: async (path: string) => rm(path),
        counts: new Map<TableName, number | null>([
          ['evaluations', null],
          ['evaluation_answers', null],
        ]),
        message: 'rows without their row of evaluations',
      },
    ])('refuses $what, and changes nothing', async ({ change, counts, message }) => {
      const { files, runner } = await loaded();
      await runner.run(await bundleOf(runner, files));
      const before = await runner.dump();
      await files.load('b2', evaluation({ id: 'e5', month: '2026-12-01' }));
      const added = (await files.files('evaluations')).find(({ partition }) => partition === '2026-12-01');
      await change(join(files.path, added?.published ?? ''));
      const wrong = new Map([...countsOf(await files.manifest()), ...counts]);
      await expect(runner.run(await bundleOf(runner, files, wrong))).rejects.toThrow(message);
      expect(await runner.dump()).toEqual(before);
    });
  });
}
