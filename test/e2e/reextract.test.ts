/** Reading evaluations again by form version: what no date tells of is found, and nothing else is asked for. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReextractFormInput, ReextractFormResult } from '../../workflows/reextractForm.js';
import { runIn } from './support/command.js';
import { dataExtractionLines, quickJobs } from './support/contractLines.js';
import { reextract as reextractSelection } from './support/runs.js';
import { connection, deviations, openScenario, stream, type Scenario } from './support/scenario.js';
import { openTap, type Tap } from './support/tap.js';

const span = { from: '2026-09-01T00:00:00.000Z', to: '2026-09-30T00:00:00.000Z' };
const byId = 'GET /api/v2/quality/conversations/{conversationId}/evaluations/{evaluationId}';

interface Counters {
  byEndpoint: Record<string, { requests: number } | undefined>;
}

type Selected = Pick<ReextractFormInput, 'selection'> & Partial<ReextractFormInput>;

describe('re-extraction', () => {
  let scenario: Scenario;
  let formId: string;
  let ofVersion: string[];

  beforeAll(async () => {
    scenario = await openScenario({ evaluations: 900, from: span.from, to: '2026-09-25T00:00:00.000Z' });
    scenario.startWorker();
    await scenario.export(span);
    const rows = await scenario.warehouse.query(
      `SELECT form_id, list(evaluation_id ORDER BY evaluation_id) FILTER (status = 'FINISHED') AS finished
       FROM evaluations GROUP BY form_id HAVING len(finished) BETWEEN 20 AND 200 ORDER BY form_id LIMIT 1`,
    );
    formId = String(rows[0]?.['form_id']);
    ofVersion = rows[0]?.['finished'] as string[];
  });

  afterAll(async () => scenario?.close());

  const reextract = async ({ selection, ...more }: Selected) =>
    reextractSelection(scenario, { connection, stream }, selection, more);

  it('of a version finds what changed without any date, and asks for the evaluations of that version only', async () => {
    const [rescored, alsoRescored, deleted] = ofVersion;
    for (const evaluationId of [rescored, alsoRescored]) {
      await scenario.control('POST', 'events', { kind: 'rescore', evaluationId, keepDates: true });
    }
    await scenario.control('POST', 'events', { kind: 'delete', evaluationId: deleted });
    expect(deviations(await scenario.compare(span))).not.toEqual([]);

    await scenario.control('DELETE', 'counters');
    const result = await reextract({ selection: { formId } });
    const { byEndpoint } = await scenario.control<Counters>('GET', 'counters');
    expect(byEndpoint[byId]?.requests).toBe(result.asked);
    expect(Object.keys(byEndpoint).filter((endpoint) => /search|aggregates/.test(endpoint))).toEqual([]);
    expect(result).toMatchObject({ changed: 2, gone: 1, redacted: 0, notHeld: [] });
    expect(result.byForm).toEqual([{ formId, evaluations: result.asked }]);
    expect(result.changed + result.unchanged + result.gone).toBe(result.asked);
    // A 404 alone deletes nothing: that is for the export that sees the deletion itself.
    expect(result.notes.join(' ')).toMatch(/not found by id, without being called deleted/);
    const now = Date.now();
    await scenario.export({
      from: new Date(now - 60_000).toISOString(),
      to: new Date(now + 60_000).toISOString(),
    });
    expect(deviations(await scenario.compare(span))).toEqual([]);
  });

  it('a second time changes nothing', async () => {
    const again = await reextract({ selection: { formId } });
    expect(again).toMatchObject({ changed: 0, gone: 0 });
    expect(again.unchanged).toBe(again.asked);
    expect(deviations(await scenario.compare(span))).toEqual([]);
  });

  it('of a list names what the warehouse does not hold', async () => {
    const held = ofVersion.slice(5, 8);
    const result = await reextract({ selection: { evaluationIds: [...held, 'unknown'] } });
    expect(result).toMatchObject({ asked: 3, unchanged: 3, notHeld: ['unknown'] });
  });

  it('of a form covers all its versions, a span narrows it down, a dry run reads nothing', async () => {
    const [form] = await scenario.warehouse.query(
      `SELECT form_context_id AS context, count(*) AS held,
              count(*) FILTER (submitted_at >= '2026-09-10' AND submitted_at < '2026-09-12') AS two_days
       FROM evaluations WHERE NOT is_deleted GROUP BY ALL ORDER BY held DESC LIMIT 1`,
    );
    const formContextId = String(form?.['context']);
    await scenario.control('DELETE', 'counters');
    const all = await reextract({ selection: { formContextId }, dryRun: true });
    expect(all).toMatchObject({ asked: form?.['held'], changed: 0, unchanged: 0, requests: 0 });
    const submitted = { start: '2026-09-10T00:00:00.000Z', end: '2026-09-12T00:00:00.000Z' };
    const narrowed = await reextract({ selection: { formContextId, submitted }, dryRun: true });
    expect(narrowed.asked).toBe(form?.['two_days']);
    const { byEndpoint } = await scenario.control<Counters>('GET', 'counters');
    expect(byEndpoint).toEqual({});
  });

  it('leaves the state of the stream as it is', async () => {
    const audited = await scenario.warehouse.query(
      `SELECT max(window_end) FILTER (closes_window) AS loaded_through, count(*) FILTER (closes_window) AS closed
       FROM load_audit`,
    );
    expect(audited).toEqual([{ loaded_through: expect.any(String) as string, closed: 2 }]);
  });
});

describe('re-extraction by the days of submission', () => {
  const nice = { connection: 'nice', stream };
  let scenario: Scenario;
  let tap: Tap;

  beforeAll(async () => {
    tap = await openTap();
    scenario = await openScenario({
      evaluations: 60,
      from: span.from,
      to: '2026-09-06T00:00:00.000Z',
      simulatorArguments: ['--contract', 'cxone-data-extraction', ...quickJobs.simulator],
      connections: (ready) => {
        const extraction = ready.contracts['cxone-data-extraction'];
        if (extraction === undefined) throw new Error('The simulator has no such contract');
        tap.target = extraction.apiUrl;
        const contracts = { ...ready.contracts, 'cxone-data-extraction': { ...extraction, issuer: tap.url } };
        return {
          nice: dataExtractionLines(
            { ...ready, contracts },
            { evaluations: `{ startFrom: "${span.from}" }` },
          ),
        };
      },
    });
    scenario.startWorker();
    await scenario.export(span, {}, nice);
  });

  afterAll(async () => {
    await scenario?.close();
    await tap?.close();
  });

  it('needs a person where a page could not be used', async () => {
    const days = ['--from', '2026-09-02', '--to', '2026-09-04', '--json'];
    const reextract = async (): Promise<{ code: number | null; result: ReextractFormResult }> => {
      const [version] = await scenario.warehouse.query(
        `SELECT form_id FROM evaluations WHERE submitted_at >= '2026-09-02' AND submitted_at < '2026-09-04'
         GROUP BY form_id ORDER BY count(*) DESC LIMIT 1`,
      );
      const of = ['--version', String(version?.['form_id'])];
      const args = ['reextract', 'nice', stream, ...of, ...days];
      const { code, stdout } = await runIn(scenario, args);
      return { code, result: JSON.parse(stdout) as ReextractFormResult };
    };
    tap.edit = (path, body) =>
      path.startsWith('/_store/') ? body.replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/u, 'some day') : body;
    const broken = await reextract();
    expect(broken).toMatchObject({ code: 1, result: { quarantined: 1, gone: 0, notHeld: [] } });
    expect(broken.result.notes.join(' ')).toMatch(/A page is in quarantine: .*"Start Date"/);
    tap.edit = null;
    expect(await reextract()).toMatchObject({ code: 0, result: { quarantined: 0 } });
  });
});
