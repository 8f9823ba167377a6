/** Data events behind the two aggregate endpoints for evaluations, which refuse what the published models do not have. */
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { sendJson, type Received } from '../http/testServer.js';

export interface DataEvent {
  at: number;
  evaluationId: string;
  conversationId?: string;
  calibrationId?: string;
  deleted?: boolean;
}

type Dimension = 'evaluationId' | 'conversationId' | 'calibrationId';

const common = {
  interval: z.string().regex(/^\S+Z\/\S+Z$/u),
  alternateTimeDimension: z.literal('eventTime'),
};
const query = z.strictObject({
  ...common,
  granularity: z.literal('P1D'),
  timeZone: z.literal('UTC'),
  metrics: z.tuple([z.literal('nEvaluations')]),
});
const job = z.strictObject({
  ...common,
  groupBy: z.array(z.enum(['evaluationId', 'conversationId', 'calibrationId'])).min(1),
  metrics: z.array(z.enum(['nEvaluations', 'nEvaluationsRescored', 'nEvaluationsDeleted'])),
  pageSize: z.int().min(1),
});

const day = 86_400_000;
const jobs = '/api/v2/analytics/evaluations/aggregates/jobs';

export class EventLog {
  /** Groupings the vendor refuses. */
  refuses: readonly Dimension[] = [];
  longestDays = 31;
  largestPage = Infinity;
  groupsPerPage = 1_000;
  /** What a job says of itself, one after the other; after them it is done. */
  states: { state: string; errorMessage?: string }[] = [];
  /** Called with the number of a request for results, from 1; true: the vendor has dropped the job. */
  drops: (request: number) => boolean = () => false;
  /** Intervals of all requests that were let through. */
  readonly intervals: string[] = [];
  readonly groupings: string[][] = [];
  resultRequests = 0;
  private readonly groups = new Map<string, unknown[]>();
  private readonly events: readonly DataEvent[];

  constructor(events: readonly DataEvent[]) {
    this.events = events;
  }

  answer(request: Received, response: ServerResponse): void {
    const [path = '', search] = request.url.split('?');
    if (request.method === 'POST') this.ask(path, JSON.parse(request.body), response);
    else if (path.endsWith('/results')) this.results(path, search, response);
    else if (!this.groups.has(path.slice(jobs.length + 1))) sendJson(response, 404, {});
    else sendJson(response, 200, this.states.shift() ?? { state: 'FULFILLED' });
  }

  private ask(path: string, body: unknown, response: ServerResponse): void {
    const asked = (path === jobs ? job : query).safeParse(body);
    if (!asked.success) return refuse(response, asked.error.message);
    if ('pageSize' in asked.data && asked.data.pageSize > this.largestPage) {
      return refuse(response, `pageSize may be at most ${this.largestPage}`);
    }
    const groupBy = 'groupBy' in asked.data ? asked.data.groupBy : [];
    if ('groupBy' in asked.data) this.groupings.push(groupBy);
    const refused = groupBy.find((dimension) => this.refuses.includes(dimension));
    if (refused !== undefined) return refuse(response, `groupBy ${refused} is not supported`);
    const [from = 0, to = 0] = asked.data.interval.split('/').map((end) => Date.parse(end));
    if (to - from > this.longestDays * day) return refuse(response, 'interval is too long');
    this.intervals.push(asked.data.interval);
    const events = this.events.filter(({ at }) => at >= from && at < to);
    if (path !== jobs) return sendJson(response, 200, { results: byDay(events) });
    const jobId = `job-${this.groups.size + 1}`;
    this.groups.set(jobId, grouped(events, groupBy));
    sendJson(response, 202, { jobId });
  }

  private results(path: string, search: string | undefined, response: ServerResponse): void {
    this.resultRequests += 1;
    const groups = this.groups.get(path.slice(jobs.length + 1).replace('/results', ''));
    if (groups === undefined || this.drops(this.resultRequests)) return sendJson(response, 404, {});
    const first = Number(new URLSearchParams(search).get('cursor') ?? 0);
    const next = first + this.groupsPerPage;
    sendJson(response, 200, {
      results: groups.slice(first, next),
      ...(next < groups.length ? { cursor: String(next) } : {}),
    });
  }
}

const refuse = (response: ServerResponse, message: string) =>
  sendJson(response, 400, { message, code: 'bad.request', status: 400 });

/** A dimension without a value is left out of its group. */
function grouped(events: readonly DataEvent[], groupBy: readonly Dimension[]): unknown[] {
  const groups = new Map<string, { group: object; metrics: Map<string, number> }>();
  for (const event of events) {
    const group = Object.fromEntries(
      groupBy.flatMap((name) => (event[name] === undefined ? [] : [[name, event[name]]])),
    );
    const key = JSON.stringify(group);
    const found = groups.get(key) ?? { group, metrics: new Map<string, number>() };
    groups.set(key, found);
    const metric = event.deleted === true ? 'nEvaluationsDeleted' : 'nEvaluations';
    found.metrics.set(metric, (found.metrics.get(metric) ?? 0) + 1);
  }
  return [...groups.values()].map(({ group, metrics }) => ({
    group,
    data: [{ metrics: [...metrics].map(([metric, count]) => ({ metric, stats: { count } })) }],
  }));
}

function byDay(events: readonly DataEvent[]): unknown[] {
  const counts = new Map<number, number>();
  for (const { at } of events) {
    const midnight = Math.floor(at / day) * day;
    counts.set(midnight, (counts.get(midnight) ?? 0) + 1);
  }
  if (counts.size === 0) return [];
  const iso = (millis: number) => new Date(millis).toISOString();
  return [
    {
      group: {},
      data: [...counts].map(([midnight, count]) => ({
        interval: `${iso(midnight)}/${iso(midnight + day)}`,
        metrics: [{ metric: 'nEvaluations', stats: { count } }],
      })),
    },
  ];
}
