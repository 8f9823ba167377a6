import { z } from 'zod';
import type { ConversationState } from '../../../organisation/organisation.js';
import { analyticsMediaType } from '../../../organisation/mediaTypes.js';
import { invalidValue } from '../../../common/apiError.js';
import { readFilters } from '../../../common/filters.js';
import { dayMs, formatInstant } from '../../../common/instants.js';
import { isShown } from '../../../common/shown.js';
import type { GuideCall, GuideOperation } from '../call.js';
import { readRange } from '../ranges.js';
import { parseObject, readBody } from '../requestBody.js';
import { statuses } from '../vocabulary.js';

const maxDays = 7;
const idList = z.array(z.string()).min(1).max(100);

const filterSchema = z.strictObject({
  type: z.enum(['and', 'or']),
  get clauses() {
    return z.array(filterSchema).optional();
  },
  predicates: z
    .array(
      z.strictObject({
        type: z.literal('dimension').optional(),
        dimension: z.literal('evaluationState'),
        operator: z.enum(['matches', 'exists', 'notExists']).optional(),
        value: z.enum(Object.values(statuses)).optional(),
      }),
    )
    .optional(),
});

const byStart = z.strictObject({
  interval: z.string(),
  evaluationFilters: z.array(filterSchema).optional(),
  paging: z
    .strictObject({ pageSize: z.int().min(1).max(100), pageNumber: z.int().min(1) })
    .default({ pageSize: 25, pageNumber: 1 }),
});
const byIds = z.strictObject({ interactionIds: idList });
const byPythonIds = z.strictObject({ interaction_ids: idList });

/** Conversation details: those that started in an interval, with evaluations in some state, or by their ids. */
export const conversations: readonly GuideOperation[] = [
  {
    method: 'POST',
    path: '/api/v2/analytics/conversations/details/query',
    scope: 'conversation:view',
    takesBody: true,
    handle: (call) => {
      call.parameters([]);
      const body = parseObject(call.body);
      if ('interactionIds' in body) return found(call, readBody(byIds, body).interactionIds);
      if ('interaction_ids' in body) return found(call, readBody(byPythonIds, body).interaction_ids);
      return started(call, readBody(byStart, body));
    },
  },
];

function started({ api, viewer }: GuideCall, body: z.infer<typeof byStart>) {
  const interval = readRange('interval', body.interval, '/');
  if (interval.to <= interval.from)
    throw invalidValue('interval', body.interval, 'It must end after it starts.');
  if (interval.to - interval.from > maxDays * dayMs)
    throw invalidValue('interval', body.interval, `It may span at most ${maxDays} days.`);
  const accepts = readFilters(body.evaluationFilters);
  const filters = (body.evaluationFilters ?? []).length > 0;
  const all: ReturnType<typeof withEvaluations>[] = [];
  for (const conversation of api.organisation.conversationsByStart(interval.from, interval.to)) {
    if (!isShown(conversation, viewer)) continue;
    const rendered = withEvaluations(conversation);
    if (!filters || rendered.evaluations.some(({ evaluationState }) => accepts(() => evaluationState)))
      all.push(rendered);
  }
  // The guides promise no order.
  all.sort((a, b) => (a.conversationId < b.conversationId ? -1 : 1));
  const { pageSize, pageNumber } = body.paging;
  const page = all.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
  return { ...(page.length === 0 ? {} : { conversations: page }), totalHits: all.length };
}

function withEvaluations({ id, start, end, evaluations }: ConversationState) {
  return {
    conversationId: id,
    conversationStart: formatInstant(start),
    conversationEnd: formatInstant(end),
    evaluations: evaluations.map((evaluation) => ({
      evaluationId: evaluation.id,
      evaluationState: statuses[evaluation.status],
    })),
  };
}

function found({ api, viewer }: GuideCall, ids: readonly string[]) {
  const entities = [...new Set(ids)].flatMap((id) => {
    const conversation = api.organisation.conversation(id);
    return conversation === undefined || conversation.isForgotten || !isShown(conversation, viewer)
      ? []
      : [withAttributes(conversation)];
  });
  return { entities };
}

function withAttributes({ id, start, end, mediaType, agent, queue, externalReference }: ConversationState) {
  return {
    interactionId: id,
    externalReferenceId: externalReference,
    conversationStart: formatInstant(start),
    conversationEnd: formatInstant(end),
    mediaType: analyticsMediaType(mediaType),
    toAttributes: {
      agent_id: agent.id,
      agent_name: agent.name,
      queue_id: queue?.id,
      queue_name: queue?.name,
      duration_seconds: Math.round((end - start) / 1_000),
    },
  };
}
