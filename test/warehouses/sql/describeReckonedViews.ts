/** Each view over organisations drawn at random, held against arithmetic that no database does. */
import { describe, expect, it } from 'vitest';
import { changedReadings } from '../../../model/metricReadings.js';
import type { Row } from '../../../model/tables.js';
import type { Dialect } from '../../../warehouses/sql/dialect.js';
import { createViews } from '../../../warehouses/sql/views/createViews.js';
import { pivotView, readPivotedForms } from '../../../warehouses/sql/views/pivot.js';
import { loadAs, vendors } from '../contract/asConnection.js';
import { reading } from '../contract/metricReadings.js';
import { hour } from '../contract/sampleEvaluation.js';
import type { ScratchTarget } from '../contract/target.js';
import { createDraws, type Draws } from './draws.js';
import { drawQuality, type DrawnQuality } from './drawnQuality.js';
import { pivot, reckonQuality } from './reckonedQuality.js';
import { reckonVoices } from './reckonedVoices.js';
import { comparable, type Reckoned } from './reckoning.js';

export interface ViewedTarget {
  target: ScratchTarget;
  dialect: Dialect;
}

const metrics = 'v_current_agent_metrics';
const connections = ['acme', 'other'] as const;

/** @param open a warehouse that has the views */
export function describeReckonedViews(name: string, open: () => Promise<ViewedTarget>): void {
  describe(`views of ${name}, reckoned without it`, () => {
    it.each([1, 2])(
      'say what is true of two organisations with the same ids, drawn by seed %i',
      async (seed) => {
        const { target, dialect } = await open();
        const drawn = { acme: drawQuality(2 * seed), other: drawQuality(2 * seed + 1) };
        await loadAll(target, drawn);
        const views = createViews(dialect).map((view) => view.name);
        for (const connection of connections) {
          const { truth } = drawn[connection];
          const expected = { ...reckonQuality(truth), ...reckonVoices(truth) };
          expect([...Object.keys(expected), metrics].sort()).toEqual(views.sort());
          for (const [view, rows] of Object.entries(expected)) {
            await expectRows(target, view, connection, rows);
          }
        }
        for (const contextId of ['f1', 'f3-a']) {
          const form = (await readPivotedForms(target.rows)).get(contextId);
          if (form === undefined) throw new Error(`The form ${contextId} was not found.`);
          const { sql, columns } = pivotView(dialect, form);
          const names = columns.slice(-form.groups.length).map((column) => column.name);
          const groups = new Map(form.groups.map(({ id }, index) => [id, names[index] ?? '']));
          for (const connection of connections) {
            const rows = pivot(drawn[connection].truth, contextId, groups);
            await expectRows(target, `(${sql}) P`, connection, rows);
          }
        }
      },
    );

    it('say after each poll what the source said last, and of whom it says nothing any more', async () => {
      const { target } = await open();
      const draws = createDraws(5);
      const said = new Map<string, Reckoned>();
      for (let poll = 1; poll <= 6; poll += 1) {
        const readings = drawReadings(draws, poll);
        const asked = [
          { entity_type: 'agent', segment_type: 'all', polled_at: hour(poll) },
          { entity_type: 'agent', segment_type: 'form', polled_at: hour(poll) },
        ] as const;
        const kept = await target.warehouse.agentMetrics('acme', '2026-11-01');
        const window = { start: hour(0), end: hour(poll) };
        await target.warehouse.record('agent_metrics', changedReadings(kept, { window, asked, readings }));
        for (const [key, row] of said) said.set(key, { ...row, ...noData });
        for (const row of readings) said.set(`${row.entity_id} ${row.segment_id}`, stated(row));
        await expectRows(target, metrics, 'acme', [...said.values()]);
      }
      expect(said.size).toBe(8);
    });
  });
}

async function loadAll(
  target: ScratchTarget,
  drawn: Record<(typeof connections)[number], DrawnQuality>,
): Promise<void> {
  for (const connection of connections) {
    for (const [index, batch] of drawn[connection].batches.entries()) {
      await loadAs(target, connection, `${vendors[connection]}-${index}`, ...batch);
    }
  }
}

async function expectRows(
  target: ScratchTarget,
  view: string,
  connection: string,
  expected: readonly Reckoned[],
): Promise<void> {
  const columns = Object.keys(expected[0] ?? {});
  expect(expected.length, view).toBeGreaterThan(1);
  const found = await target.rows(
    `SELECT ${columns.join(', ')} FROM ${view} WHERE connection = '${connection}'`,
  );
  expect(comparable(found, columns), view).toEqual(comparable(expected, columns));
}

const nothing = { average_score: null, pass_rate: null, highest_score: null, lowest_score: null };
const noData = { evaluation_count: 0, has_data: false, ...nothing };

/** Sources may say 0 where there is nothing to score. */
const emptyReading = { average_score: 0, pass_rate: 0, highest_score: 0, lowest_score: 0 };

/** Of some agents, over everything and on one form; names may change, and so may numbers, or nothing does. */
function drawReadings(draws: Draws, poll: number): Row<'agent_metrics'>[] {
  return ['ada', 'bob', 'cyd', 'dan'].flatMap((agent) =>
    ['', 'f1'].flatMap((form) => {
      if (poll > 1 && draws.chance(0.25)) return [];
      const count = draws.whole(0, 3);
      const score = draws.whole(60, 62);
      return [
        reading({
          entity_id: agent,
          entity_name: draws.pick([agent, agent.toUpperCase()]),
          segment_type: form === '' ? 'all' : 'form',
          segment_id: form,
          evaluation_count: count,
          average_score: score,
          pass_rate: 50,
          highest_score: 90,
          lowest_score: 10,
          ...(count === 0 ? emptyReading : {}),
          window_start: hour(0),
          window_end: hour(poll),
          polled_at: hour(poll),
        }),
      ];
    }),
  );
}

const stated = (row: Row<'agent_metrics'>): Reckoned => ({
  entity_id: row.entity_id,
  segment_id: row.segment_id,
  ...(row.evaluation_count === 0
    ? noData
    : {
        evaluation_count: row.evaluation_count,
        has_data: true,
        average_score: row.average_score,
        pass_rate: row.pass_rate,
        highest_score: row.highest_score,
        lowest_score: row.lowest_score,
      }),
  entity_name: row.entity_name,
});
