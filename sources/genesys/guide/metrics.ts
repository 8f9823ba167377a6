/** Scores as the guide contract works them out itself, every 15 minutes. */
import { TidemarkError } from '../../../model/errors.js';
import type { ApiClient } from '../../http/apiClient.js';
import type {
  MetricEntity,
  MetricReading,
  MetricsQuestion,
  MetricSegment,
  MetricsSource,
} from '../../metricsSource.js';
import { diagnoseScopes } from '../../http/scopeDiagnosis.js';
import { metricsSchema } from './schemas.js';
import { opens, scopes } from './scopes.js';
import type { z } from 'zod';

const path = '/api/v2/quality/metrics';

/** Named, because an answer without a choice of metrics has everything there is. */
const metrics = ['averageScore', 'count', 'passRate', 'highestScore', 'lowestScore'];

const entities = {
  agent: 'agent',
  queue: 'queue',
  skill: 'skill',
  form: 'evaluationForm',
  evaluator: 'evaluator',
} as const satisfies Record<MetricEntity, string>;

type Measured = z.output<typeof metricsSchema>[number];

/** How each segment is asked for, and where an answer has it. */
const segments = {
  all: { groupBy: [], of: () => ({ id: '', name: null }) },
  form: {
    groupBy: [entities.form],
    of: ({ evaluationFormId, evaluationFormName }: Measured) => ({
      id: evaluationFormId ?? null,
      name: evaluationFormName ?? null,
    }),
  },
  queue: {
    groupBy: [entities.queue],
    of: ({ queueId, queueName }: Measured) => ({ id: queueId ?? null, name: queueName ?? null }),
  },
} as const satisfies Record<
  MetricSegment,
  { groupBy: readonly string[]; of: (measured: Measured) => { id: string | null; name: string | null } }
>;

/** `api`: a client with the allowance of metrics, which counts apart. */
export function createGuideMetrics(api: ApiClient): MetricsSource {
  return {
    vendor: 'genesys',
    api: 'guide',
    entities: Object.keys(entities) as MetricEntity[],
    segments: Object.keys(segments) as MetricSegment[],
    permissions: [scopes.metrics],
    readMetrics: async (question, context) => {
      const { data, receivedAt } = await api.call(
        { method: 'GET', path, query: queryOf(question), schema: metricsSchema, repeatable: true },
        context,
      );
      return {
        readings: data.flatMap((measured) => readingOf(measured, question)),
        readAt: receivedAt,
      };
    },
    diagnose: (context, asked = [scopes.metrics]) => diagnoseScopes(api, asked, context, opens),
  };
}

function queryOf({ window, by, segment }: MetricsQuestion) {
  if (by === segment) {
    throw new TidemarkError(
      'InvalidConfig',
      `Metrics by ${by} cannot be measured apart by ${segment} as well.`,
      {
        remedy: 'Leave the segment out, or measure another entity.',
      },
    );
  }
  return {
    startTime: window.start,
    endTime: window.end,
    groupBy: [entities[by], ...segments[segment].groupBy],
    metrics,
  };
}

/** None for an entity without evaluations in any segment: its reading over everything says so. */
function readingOf(measured: Measured, { segment }: MetricsQuestion): MetricReading[] {
  const { entityId, entityName, metrics: values } = measured;
  const { id, name } = segments[segment].of(measured);
  const count = values.count.value;
  if (id === null && count === 0) return [];
  // A score of nothing is no score, whatever number stands there.
  const of = (metric: { value?: number | null | undefined } | null | undefined) =>
    count === 0 ? null : (metric?.value ?? null);
  return [
    {
      entityId,
      entityName: entityName ?? null,
      // Evaluations without a queue are a segment of their own.
      segmentId: id ?? '',
      segmentName: name,
      teamId: null,
      teamName: null,
      count,
      averageScore: of(values.averageScore),
      passRate: of(values.passRate),
      highestScore: of(values.highestScore),
      lowestScore: of(values.lowestScore),
    },
  ];
}
