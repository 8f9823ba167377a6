import { analyticsMediaType } from '../../../organisation/mediaTypes.js';
import type { ConversationState, Viewer } from '../../../organisation/organisation.js';
import { analyticsEvaluation, dimensionOf } from '../analyticsVocabulary.js';
import { invalidValue, notFound } from '../../../common/apiError.js';
import { Reply, type Handlers, type PublishedApi } from '../call.js';
import { readFilters, type DimensionReader } from '../../../common/filters.js';
import { dayMs, formatInstant, parseInterval, type Span } from '../../../common/instants.js';
import { analyticsSurvey } from '../surveyVocabulary.js';

const kind = 'conversationsDetails';
const maxPageSize = 100;
const maxIds = 100;
const maxQueryDays = 7;
const maxJobDays = 31;
/** Conversations last hours, not days: none that started earlier than this can still be active. */
const longestMs = 2 * dayMs;
/** How far the data lake behind the jobs lags. */
const lakeLagMs = 3_600_000;

/** Conversation details, at once, by id and as jobs. */
export const conversations: Handlers = {
  postAnalyticsConversationsDetailsQuery: ({ api, body, viewer }) => {
    const interval = parseInterval(body['interval'] as string, maxQueryDays);
    const paging = body['paging'] as { pageSize: number; pageNumber: number } | null | undefined;
    const { pageSize, pageNumber } = paging ?? { pageSize: 25, pageNumber: 1 };
    if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > maxPageSize) {
      throw invalidValue('paging.pageSize', pageSize, `It must be a whole number from 1 to ${maxPageSize}.`);
    }
    if (!Number.isInteger(pageNumber) || pageNumber < 1) {
      throw invalidValue('paging.pageNumber', pageNumber, 'It must be a whole number of at least 1.');
    }
    // Only what started on a day the interval touches: an evaluation of an older call is not found this way.
    const days = {
      from: Math.floor(interval.from / dayMs) * dayMs,
      to: Math.ceil(interval.to / dayMs) * dayMs,
    };
    const found = findConversations(api, viewer, days, interval, body);
    const start = (pageNumber - 1) * pageSize;
    const page = found.slice(start, start + pageSize);
    return {
      ...(page.length === 0 ? {} : { conversations: page.map((each) => renderConversation(each, api)) }),
      totalHits: found.length,
    };
  },

  getAnalyticsConversationsDetails: ({ api, query, viewer }) => {
    const ids = query.boundedList('id', maxIds);
    const found = [...new Set(ids)].flatMap((id) => {
      const conversation = api.organisation.conversation(id);
      return conversation !== undefined && isVisible(conversation, viewer) ? [conversation] : [];
    });
    return { conversations: found.map((each) => renderConversation(each, api)) };
  },

  getAnalyticsConversationDetails: ({ api, path, viewer }) => {
    const conversation = api.organisation.conversation(path('conversationId'));
    if (conversation === undefined || !isVisible(conversation, viewer)) {
      throw notFound('conversation', path('conversationId'));
    }
    return renderConversation(conversation, api);
  },

  postAnalyticsConversationsDetailsJobs: ({ api, body, client, viewer }) => {
    const interval = parseInterval(body['interval'] as string, maxJobDays);
    const limit = (body['limit'] as number | null | undefined) ?? Infinity;
    const run = () => {
      const available = { from: interval.from, to: Math.min(interval.to, api.clock.now() - lakeLagMs) };
      if (available.to <= available.from) return [];
      // Unlike the query, a job finds whatever was active in the interval.
      const started = { from: available.from - longestMs, to: available.to };
      return findConversations(api, viewer, started, available, body)
        .slice(0, limit)
        .map((each) => renderConversation(each, api));
    };
    return new Reply(202, api.jobs.submit(client.clientId, kind, 1_000, run));
  },

  getAnalyticsConversationsDetailsJobsAvailability: ({ api }) => ({
    dataAvailabilityDate: formatInstant(api.clock.now() - lakeLagMs),
  }),

  getAnalyticsConversationsDetailsJob: ({ api, client, path }) =>
    api.jobs.status(client.clientId, kind, path('jobId')),

  deleteAnalyticsConversationsDetailsJob: ({ api, client, path }) => {
    api.jobs.cancel(client.clientId, kind, path('jobId'));
    return new Reply(204);
  },

  getAnalyticsConversationsDetailsJobResults: ({ api, client, path, query }) => {
    const pageSize = query.integer('pageSize', { default: 1_000, min: 1, max: 1_000 });
    const cursor = query.text('cursor');
    const { items, ...next } = api.jobs.results(client.clientId, kind, path('jobId'), cursor, pageSize);
    return {
      ...(items.length === 0 ? {} : { conversations: items }),
      ...next,
      dataAvailabilityDate: formatInstant(api.clock.now() - lakeLagMs),
    };
  },
};

function findConversations(
  api: PublishedApi,
  viewer: Viewer,
  started: Span,
  active: Span,
  body: Record<string, unknown>,
): ConversationState[] {
  const ofConversation = readFilters(body['conversationFilters']);
  const ofSegment = readFilters(body['segmentFilters']);
  const ofEvaluation = readFilters(body['evaluationFilters']);
  const ofSurvey = readFilters(body['surveyFilters']);
  const ofResolution = readFilters(body['resolutionFilters']);
  const filters = (name: string) => Array.isArray(body[name]) && body[name].length > 0;
  const now = api.clock.now();
  const found: ConversationState[] = [];
  for (const conversation of api.organisation.conversationsByStart(started.from, started.to)) {
    if (conversation.start >= active.to || conversation.end < active.from) continue;
    if (!isVisible(conversation, viewer)) continue;
    const flat = flatten(conversation);
    const nothing = () => undefined;
    const evaluations = conversation.evaluations.map((each) => analyticsEvaluation(each, now));
    const surveys = api.organisation.surveysOfConversation(conversation.id).map(analyticsSurvey);
    if (
      !ofConversation((name) => (name === 'divisionId' ? conversation.divisionIds : dimensionOf(flat, name)))
    )
      continue;
    if (!ofSegment((name) => dimensionOf(flat, name)) || !ofResolution(nothing)) continue;
    if (filters('evaluationFilters') && !anyOf(evaluations, ofEvaluation)) continue;
    if (filters('surveyFilters') && !anyOf(surveys, ofSurvey)) continue;
    found.push(conversation);
  }
  return inOrder(found, body);
}

/** Nothing is promised of the order unless it is asked for by both fields. */
function inOrder(found: ConversationState[], { order, orderBy }: Record<string, unknown>) {
  if (!orderBy || !order || order === 'unordered') return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  const key = orderBy === 'conversationEnd' || orderBy === 'segmentEnd' ? 'end' : 'start';
  found.sort((a, b) => a[key] - b[key] || (a.id < b.id ? -1 : 1));
  return order === 'desc' ? found.reverse() : found;
}

/** Whether a filter accepts one of the parts of a conversation; one that has none is asked as if of an empty one. */
function anyOf(parts: readonly object[], accepts: (read: DimensionReader) => boolean): boolean {
  const candidates = parts.length === 0 ? [{}] : parts;
  return candidates.some((part) => accepts((name) => dimensionOf(part as Record<string, unknown>, name)));
}

function flatten(conversation: ConversationState): Record<string, unknown> {
  return {
    conversationId: conversation.id,
    queueId: conversation.queue?.id,
    userId: conversation.agent.id,
    mediaType: analyticsMediaType(conversation.mediaType),
    direction: 'inbound',
    originatingDirection: 'inbound',
    purpose: 'agent',
    conversationStart: conversation.start,
    conversationEnd: conversation.end,
  };
}

function renderConversation(conversation: ConversationState, api: PublishedApi) {
  const evaluations = conversation.evaluations.map((each) => analyticsEvaluation(each, api.clock.now()));
  const surveys = api.organisation.surveysOfConversation(conversation.id).map(analyticsSurvey);
  return {
    conversationId: conversation.id,
    conversationStart: formatInstant(conversation.start),
    conversationEnd: formatInstant(conversation.end),
    originatingDirection: 'inbound',
    divisionIds: conversation.divisionIds,
    ...(conversation.externalReference === undefined ? {} : { externalTag: conversation.externalReference }),
    ...(evaluations.length === 0 ? {} : { evaluations }),
    ...(surveys.length === 0 ? {} : { surveys }),
    participants: participantsOf(conversation),
  };
}

/** Who took part, in order: the queue where there was one, then the agent. */
function participantsOf(conversation: ConversationState) {
  const { agent, queue } = conversation;
  const segment = {
    segmentStart: formatInstant(conversation.start),
    conference: false,
    ...(queue === undefined ? {} : { queueId: queue.id }),
  };
  const session = (of: string, segments: object[]) => ({
    sessionId: `${conversation.id}-${of}-session`,
    mediaType: analyticsMediaType(conversation.mediaType),
    direction: 'inbound',
    segments,
  });
  const waited = {
    ...segment,
    segmentType: 'interact',
    segmentEnd: segment.segmentStart,
    disconnectType: 'transfer',
  };
  const talked = {
    ...segment,
    segmentType: 'interact',
    segmentEnd: formatInstant(conversation.end),
    disconnectType: 'peer',
  };
  return [
    ...(queue === undefined
      ? []
      : [
          {
            participantId: `${conversation.id}-acd`,
            participantName: queue.name,
            purpose: 'acd',
            sessions: [session('acd', [waited])],
          },
        ]),
    {
      participantId: `${conversation.id}-agent`,
      participantName: agent.name,
      purpose: 'agent',
      userId: agent.id,
      sessions: [session('agent', [talked])],
    },
  ];
}

function isVisible(conversation: ConversationState, { divisionIds }: Viewer): boolean {
  if (conversation.isForgotten) return false;
  return divisionIds === 'all' || conversation.divisionIds.some((id) => divisionIds.has(id));
}
