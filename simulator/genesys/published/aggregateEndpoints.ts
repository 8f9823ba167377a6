/** Aggregates of one kind of thing, at once and as jobs: the same five operations, whatever is counted. */
import type { Viewer } from '../../organisation/organisation.js';
import { readAggregateRequest, type AggregateRequest, type AggregateVocabulary } from './aggregateRequest.js';
import { aggregate, type Observation } from './aggregation.js';
import { Reply, type Handlers, type PublishedApi } from './call.js';

export interface Aggregated<T extends string> {
  /** As the vendor's operations name it, e.g. Evaluations. */
  name: string;
  /** Keeps jobs of different kinds apart. */
  jobKind: string;
  vocabulary: AggregateVocabulary<T>;
  /** What happened in the interval, as far as the viewer may see it. */
  observe: (api: PublishedApi, request: AggregateRequest<T>, viewer: Viewer) => Iterable<Observation>;
}

export function aggregateEndpoints<T extends string>({
  name,
  jobKind,
  vocabulary,
  observe,
}: Aggregated<T>): Handlers {
  return {
    [`postAnalytics${name}AggregatesQuery`]: ({ api, body, viewer }) => {
      const request = readAggregateRequest(body, vocabulary);
      return { results: aggregate(request, observe(api, request, viewer)) };
    },

    [`postAnalytics${name}AggregatesJobs`]: ({ api, body, client, viewer }) => {
      const request = readAggregateRequest(body, vocabulary);
      const run = () => aggregate(request, observe(api, request, viewer));
      return new Reply(202, api.jobs.submit(client.clientId, jobKind, request.pageSize, run));
    },

    [`getAnalytics${name}AggregatesJob`]: ({ api, client, path }) =>
      api.jobs.status(client.clientId, jobKind, path('jobId')),

    [`deleteAnalytics${name}AggregatesJob`]: ({ api, client, path }) => {
      api.jobs.cancel(client.clientId, jobKind, path('jobId'));
      return new Reply(204);
    },

    [`getAnalytics${name}AggregatesJobResults`]: ({ api, client, path, query }) => {
      const cursor = query.text('cursor');
      const { items, ...next } = api.jobs.results(client.clientId, jobKind, path('jobId'), cursor);
      return { results: items, ...next };
    },
  };
}
