/** A poll of the intraday scores at the boundary between two business days. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it, onTestFinished } from 'vitest';
import { createReadMetrics } from '../../activities/readMetrics.js';
import type { ReadMetrics } from '../../activities/metricsContracts.js';
import { requireJson } from '../../activities/stagedJson.js';
import type { MetricsPoll } from '../../model/metricReadings.js';
import { startSimulator } from '../../simulator/server.js';
import { checkConfiguration } from '../../workers/loadConfiguration.js';
import { metricsOf } from '../../workers/connections.js';
import { openSources } from '../../workers/openSources.js';
import { metricsSettings } from '../../workers/streamSettings.js';
import { scratchWarehouse } from '../warehouses/scratchWarehouse.js';

it('at the begin of a business day reads the day before to its end', async () => {
  const simulator = await startSimulator({
    contracts: ['guide'],
    evaluations: 300,
    allowance: 100_000,
    from: '2026-09-01T00:00:00.000Z',
    to: '2026-09-05T00:00:00.000Z',
  });
  onTestFinished(async () => simulator.close());
  const { apiUrl, loginUrl } = simulator.contracts.guide ?? simulator;
  const connection = { vendor: 'genesys', api: 'guide', apiUrl, loginUrl };
  const credentials = { clientId: '${ID}', clientSecret: '${SECRET}' };
  const streams = { metrics: { timeZone: 'UTC', segments: [] } };
  const configuration = checkConfiguration(
    { connections: { acme: { ...connection, ...credentials, streams } } },
    'tidemark.yaml',
    { ID: simulator.clientId, SECRET: simulator.clientSecret },
  );
  const { store: staging } = await scratchWarehouse();
  const read = createReadMetrics({ ...openSources(configuration), staging });
  const settings = metricsSettings(metricsOf(configuration, 'acme'));

  const pollAt = async (at: string) => {
    const input = { connection: 'acme', at, runDirectory: `poll/${at}`, settings };
    const { readings, ...of } = (await new MockActivityEnvironment().run(read, input)) as ReadMetrics;
    const { readings: rows } = await requireJson<MetricsPoll>(staging, readings.name);
    return { ...of, evaluations: rows.reduce((sum, row) => sum + row.evaluation_count, 0), rows };
  };
  const [start, end] = ['2026-09-03T00:00:00.000Z', '2026-09-04T00:00:00.000Z'];
  const midday = await pollAt('2026-09-03T12:00:00.000Z');
  const over = await pollAt(end);
  expect(midday).toMatchObject({ businessDay: '2026-09-03', window: { start } });
  expect(over).toMatchObject({ businessDay: '2026-09-03', window: { start, end } });
  expect(over.evaluations).toBeGreaterThan(midday.evaluations);
  expect(new Set(over.rows.map((row) => row.window_end))).toEqual(new Set([end]));
  expect(await pollAt('2026-09-04T00:15:00.000Z')).toMatchObject({
    businessDay: '2026-09-04',
    window: { start: end },
  });
});
