/** What is scheduled for the streams of a configuration, and when. */
import { describe, expect, test } from 'vitest';
import { auditedStreamOf } from '../../workers/connections.js';
import { checkConfiguration } from '../../workers/loadConfiguration.js';
import { schedulePlans } from '../../workers/schedulePlans.js';

const startFrom = '2026-01-01';
const configuration = checkConfiguration(
  {
    connections: {
      acme: {
        vendor: 'genesys',
        region: 'eu-central-1',
        clientId: '${ID}',
        clientSecret: '${SECRET}',
        streams: {
          evaluations: {
            startFrom,
            discovery: 'conversation-details',
            daily: { at: '01:00', timeZone: 'Europe/Berlin' },
            safetyLag: '1h',
          },
          csat: { startFrom, every: '30m' },
          metrics: { timeZone: 'America/New_York', dayStart: '08:00' },
        },
      },
    },
  },
  'tidemark.yaml',
  { ID: 'id', SECRET: 'secret' },
);
const plansOf = (stream: string) => schedulePlans(configuration, { connection: 'acme', stream });
const hour = 3_600_000;

describe('schedules', () => {
  test.each([
    ['evaluations', ['export', 'reconcile', 'audit-intervals', 'audit-visibility']],
    ['csat', ['export', 'audit-intervals']],
    ['metrics', ['watch-metrics']],
  ])('of %s are %j', (stream, kinds) => {
    const plans = plansOf(stream);
    expect(plans.map(({ kind }) => kind)).toEqual(kinds);
    expect(plans.map(({ scheduleId }) => scheduleId)).toEqual(kinds.map((kind) => `${kind}/acme/${stream}`));
  });

  test.each([
    ['guide', 'feedback', true],
    ['guide', 'csat', true],
    ['guide', 'divisions', false],
    ['published', 'feedback', false],
  ])('of the %s contract for %s have an audit of what is hidden: %j', (api, stream, isAudited) => {
    const connection = {
      vendor: 'genesys',
      api,
      apiUrl: 'https://gateway.example',
      loginUrl: 'https://gateway.example',
    };
    const other = checkConfiguration(
      {
        connections: {
          acme: {
            ...connection,
            clientId: '${ID}',
            clientSecret: '${SECRET}',
            streams: { [stream]: { startFrom } },
          },
        },
      },
      'tidemark.yaml',
      { ID: 'id', SECRET: 'secret' },
    );
    const kinds = schedulePlans(other, { connection: 'acme', stream }).map(({ kind }) => kind);
    expect(kinds.includes('audit-visibility')).toBe(isAudited);
    if (isAudited) expect(auditedStreamOf(other, 'acme', stream)).toMatchObject({ holdsEvaluations: false });
    else expect(() => auditedStreamOf(other, 'acme', stream)).toThrow(`"${stream}" of "acme" does not tell`);
  });

  test('run every so often, or once a day at a local time', () => {
    const specs = ['evaluations', 'csat', 'metrics'].map((stream) => plansOf(stream)[0]?.spec);
    expect(specs).toEqual([
      { calendars: [{ hour: 1, minute: 0 }], timezone: 'Europe/Berlin' },
      { intervals: [{ every: hour / 2, offset: 0 }] },
      { intervals: [{ every: hour / 4, offset: 0 }] },
    ]);
  });

  test('hand their runs what the configuration says', () => {
    const argumentsOf = (stream: string) => {
      const [plan] = plansOf(stream);
      return plan?.action.args?.[0];
    };
    expect(argumentsOf('evaluations')).toMatchObject({
      stream: 'evaluations',
      settings: { safetyLag: hour, holdsEvaluations: true },
    });
    expect(argumentsOf('csat')).toMatchObject({
      settings: { holdsEvaluations: false, withConversations: true },
    });
    expect(argumentsOf('metrics')).toEqual({
      connection: 'acme',
      settings: {
        timeZone: 'America/New_York',
        dayStart: '08:00',
        by: ['agent'],
        segments: ['form'],
        countThreshold: 3,
        passScore: 80,
        outageTolerance: 600_000,
      },
    });
    // The day that an audit expects is the one that is loaded.
    expect(plansOf('evaluations')[2]?.action.args?.[0]).toMatchObject({ everyMillis: 24 * hour });
  });
});
