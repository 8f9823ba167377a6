import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import { createSendAlert } from '../../activities/sendAlert.js';
import type { Alert } from '../../model/alert.js';

it('says with an alert whether it is sent again', async () => {
  const sent: [string, number][] = [];
  const sendAlert = createSendAlert({
    alerts: { send: async ({ summary }, _signal, attempt) => void sent.push([summary, attempt]) },
  });
  const alert: Alert = {
    ...{
      v: 1,
      kind: 'coverage',
      severity: 'error',
      connection: 'acme',
      stream: null,
      summary: 'Too little.',
    },
    ...{ details: {}, at: '2026-11-01T05:00:00.000Z', workflowId: 'reconcile/acme', runId: 'run-1' },
  };
  for (const attempt of [1, 3]) await new MockActivityEnvironment({ attempt }).run(sendAlert, alert);
  expect(sent).toEqual([
    ['Too little.', 1],
    ['Too little.', 3],
  ]);
});
