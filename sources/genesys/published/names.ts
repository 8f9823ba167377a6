/** Names of what is measured: analytics knows ids alone. They are read once an hour, so that a poll stays one request. */
import { z } from 'zod';
import type { ApiClient } from '../../http/apiClient.js';
import type { MetricEntity, MetricReading, MetricsQuestion } from '../../metricsSource.js';
import type { CallContext } from '../../source.js';
import { cachedFor } from './cached.js';
import { listing } from './directory.js';
import { id, text } from './fields.js';
import { formIdsPerCall, readForms } from './forms.js';
import { parseBody } from '../../rows/parse.js';
import { isRefusal } from '../../http/refusal.js';

type Names = ReadonlyMap<string, string>;
type NameSource = (ids: readonly string[], context: CallContext) => Promise<Names>;

const namesLastMillis = 3_600_000;

export function createNames(api: ApiClient) {
  const hourly = (read: (context: CallContext) => Promise<Names>): NameSource => {
    const cached = cachedFor(namesLastMillis, (context) => orNone(read(context)));
    return (_, context) => cached(context);
  };
  const users = hourly((context) => listed(api, '/api/v2/users', { pageSize: 500, state: 'any' }, context));
  const queues = hourly((context) => listed(api, '/api/v2/routing/queues', { pageSize: 500 }, context));
  const teams = hourly((context) => teamNames(api, context));
  const forms = formNames(api);
  const sources: Record<MetricEntity, NameSource | null> = {
    agent: users,
    evaluator: users,
    queue: queues,
    form: forms,
    skill: null,
  };
  const find = async (ids: readonly (string | null)[], source: NameSource | null, context: CallContext) => {
    const known = [...new Set(ids.flatMap((each) => each ?? []))];
    return source === null || known.length === 0 ? new Map<string, string>() : source(known, context);
  };
  return {
    /** The readings with their names; null where the client may not read them. */
    async give(
      readings: readonly MetricReading[],
      { by, segment }: Pick<MetricsQuestion, 'by' | 'segment'>,
      context: CallContext,
    ): Promise<MetricReading[]> {
      const of = (pick: (reading: MetricReading) => string | null) => readings.map(pick);
      const entityNames = await find(
        of(({ entityId }) => entityId),
        sources[by],
        context,
      );
      const segmentSource = segment === 'all' ? null : sources[segment];
      const segmentNames = await find(
        of(({ segmentId }) => segmentId),
        segmentSource,
        context,
      );
      const ofTeams = await find(
        of(({ teamId }) => teamId),
        teams,
        context,
      );
      return readings.map((reading) => ({
        ...reading,
        entityName: entityNames.get(reading.entityId) ?? null,
        segmentName: segmentNames.get(reading.segmentId) ?? null,
        teamName: ofTeams.get(reading.teamId ?? '') ?? null,
      }));
    },
  };
}

/** Names are a convenience: who may not read them gets ids. */
async function orNone(names: Promise<Names>): Promise<Names> {
  try {
    return await names;
  } catch (error) {
    if (isRefusal(error)) return new Map();
    throw error;
  }
}

async function listed(...[api, path, query, context]: Parameters<typeof listing>): Promise<Names> {
  const names = new Map<string, string>();
  for await (const page of listing(api, path, query, context)) {
    for (const entity of page) {
      const { name } = parseBody(named, entity.body, `${path} ${entity.id}`);
      if (name) names.set(entity.id, name);
    }
  }
  return names;
}

const named = z.looseObject({ id, name: text });
const teamsSchema = z.looseObject({ entities: z.array(named).nullish(), nextUri: text });

/** Teams are listed by a cursor, which comes in the address of the next page. */
async function teamNames(api: ApiClient, context: CallContext): Promise<Names> {
  const names = new Map<string, string>();
  for (let after: string | undefined; ;) {
    const { data } = await api.call(
      {
        method: 'GET',
        path: '/api/v2/teams',
        query: { pageSize: 100, after },
        schema: teamsSchema,
        repeatable: true,
      },
      context,
    );
    for (const team of data.entities ?? []) if (team.name) names.set(team.id, team.name);
    const next = new URL(data.nextUri ?? '', 'https://api.invalid').searchParams.get('after');
    if (next === null || next === after) return names;
    after = next;
  }
}

/** A version keeps its name, so each is read once; those that are unknown are asked for again. */
function formNames(api: ApiClient): NameSource {
  const names = new Map<string, string>();
  return async (ids, context) => {
    const unknown = ids.filter((each) => !names.has(each));
    for (let start = 0; start < unknown.length; start += formIdsPerCall) {
      const found = await orNone(
        readForms(api, unknown.slice(start, start + formIdsPerCall), context).then(
          (forms) =>
            new Map(
              forms.flatMap(({ formId, body }) => {
                const { name } = parseBody(named, body, `form version ${formId}`);
                return name ? [[formId, name] as const] : [];
              }),
            ),
        ),
      );
      for (const [formId, name] of found) names.set(formId, name);
    }
    return names;
  };
}
