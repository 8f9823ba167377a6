/** The views over two organisations that gave their records the very same ids. */
import { describe, expect, it } from 'vitest';
import type { CanonicalRows, Row } from '../../../model/tables.js';
import { duckdbDialect } from '../../../warehouses/sql/dialects/duckdb.js';
import { createViews } from '../../../warehouses/sql/views/createViews.js';
import { loadAs, vendors, type ConnectionName } from '../contract/asConnection.js';
import type { OpenTarget, ScratchTarget } from '../contract/target.js';
import { formVersion, scorecard } from './sampleQuality.js';
import { feedbackEntry, survey } from './sampleVoices.js';

const views = createViews(duckdbDialect);

/** What both have under the same ids, and each in its own words and points. */
const quality = (words: string, score: number): CanonicalRows[] => [
  formVersion('v1', [{ group: 'g1', groupName: words, question: 'q1-v1', points: 4 }]),
  scorecard({
    id: 'e1',
    score,
    answers: [{ question: 'q1-v1', text: words, score: score / 25, of: 4 }],
    values: { conversation_id: 'c1', agent_name: words, form_structure_hash: `hash of ${words}` },
  }),
  survey('s1', { agent_name: words, csat_value: score / 20 }),
  feedbackEntry('f1', { content: words }),
];

const reading = (connection: ConnectionName, score: number): Row<'agent_metrics'> => ({
  connection,
  source_system: vendors[connection],
  business_day: '2026-11-21',
  time_zone: 'UTC',
  window_start: '2026-11-21T00:00:00.000Z',
  window_end: `2026-11-21T1${connection === 'acme' ? 0 : 1}:00:00.000Z`,
  entity_type: 'agent',
  entity_id: 'ada',
  entity_name: connection,
  segment_type: 'all',
  segment_id: '',
  segment_name: null,
  team_id: null,
  team_name: null,
  average_score: score,
  pass_rate: score,
  evaluation_count: 4,
  highest_score: score,
  lowest_score: score,
  is_below_threshold: false,
  polled_at: '2026-11-21T11:00:00.000Z',
});

const samples = { acme: ['Greeting', 80], other: ['Saludo', 40] } as const;

async function loaded(open: OpenTarget, ...connections: ConnectionName[]): Promise<ScratchTarget> {
  const target = await open();
  for (const connection of connections) {
    const [words, score] = samples[connection];
    await loadAs(target, connection, `b-${connection}`, ...quality(words, score));
    await target.warehouse.record('agent_metrics', [reading(connection, score)]);
  }
  return target;
}

/** @param open a warehouse that has the views */
export function describeConnectionViews(name: string, open: OpenTarget): void {
  describe(`views of ${name} over two connections with the same ids`, () => {
    it('show of each what they show where it is alone', async () => {
      const both = await loaded(open, 'acme', 'other');
      for (const connection of ['acme', 'other'] as const) {
        const alone = await loaded(open, connection);
        for (const { name: view, columns } of views) {
          const names = columns.map((column) => column.name).filter((each) => each !== 'loaded_at');
          const sql = `SELECT ${names.join(', ')} FROM ${view} WHERE connection = '${connection}'`;
          const expected = await alone.rows(sql);
          const ordered = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
          expect(expected.length, view).toBeGreaterThan(0);
          expect(ordered(await both.rows(sql)), view).toEqual(ordered(expected));
        }
      }
    });

    it('are narrowed by connection and by vendor alike', async () => {
      const both = await loaded(open, 'acme', 'other');
      for (const { name: view } of views) {
        const found = await both.rows(
          `SELECT DISTINCT connection, source_system FROM ${view} ORDER BY connection`,
        );
        expect(found, view).toEqual([
          { connection: 'acme', source_system: 'genesys' },
          { connection: 'other', source_system: 'cxone' },
        ]);
      }
    });
  });
}
