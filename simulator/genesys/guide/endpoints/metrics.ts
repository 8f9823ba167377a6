import type { EvaluationState, Organisation } from '../../../organisation/organisation.js';
import { invalidValue, missingValue } from '../../../common/apiError.js';
import type { Parameters } from '../../../common/parameters.js';
import { isShown } from '../../../common/shown.js';
import type { GuideCall, GuideOperation } from '../call.js';

/** How often metrics are worked out. */
const periodMs = 15 * 60_000;
const passingPercent = 80;

interface Entity {
  id: string;
  name: string;
}

/** What evaluations can be grouped by; those without one are in no group. */
const groupings = {
  agent: ({ agent }) => agent,
  queue: ({ queue }) => queue,
  skill: ({ agent }, organisation) => organisation.skillOf(agent),
  evaluationForm: ({ form }) => form,
  evaluator: ({ evaluator }) => evaluator,
} satisfies Record<string, (evaluation: EvaluationState, organisation: Organisation) => Entity | undefined>;
type Grouping = keyof typeof groupings;

/** What a group may be split by. */
const splittings = {
  evaluationForm: ({ id, name }: Entity) => ({ evaluationFormId: id, evaluationFormName: name }),
  queue: ({ id, name }: Entity) => ({ queueId: id, queueName: name }),
};
type Splitting = keyof typeof splittings;

interface Group {
  entity: Entity;
  part: Entity | undefined;
  /** Evaluations that count. */
  count: number;
  /** Percent of each that has a score. */
  scores: number[];
}

/** Each metric of a group; null where there is nothing to work it out from. */
const metrics = {
  averageScore: ({ scores }) =>
    percentage(scores, () => scores.reduce((sum, score) => sum + score, 0) / scores.length),
  count: ({ count }) => ({ value: count }),
  passRate: ({ scores }) =>
    percentage(
      scores,
      () => (100 * scores.filter((score) => score >= passingPercent).length) / scores.length,
    ),
  highestScore: ({ scores }) => percentage(scores, () => Math.max(...scores)),
  lowestScore: ({ scores }) => percentage(scores, () => Math.min(...scores)),
} satisfies Record<string, (group: Group) => unknown>;
type Metric = keyof typeof metrics;

/** Metrics of evaluations by submission, as they were at the last full quarter of an hour. */
export const metricReadings: readonly GuideOperation[] = [
  {
    method: 'GET',
    path: '/api/v2/quality/metrics',
    scope: 'quality:metric:read',
    mayRepeat: true,
    limits: ({ metricsLimits }) => metricsLimits,
    handle: (call) => {
      const query = call.parameters(['startTime', 'endTime', 'groupBy', 'metrics', 'evaluationFormId']);
      const { grouping, splitting } = readGrouping(query);
      const asked = query.listOf('metrics', Object.keys(metrics)) as Metric[];
      const shown = asked.length === 0 ? (Object.keys(metrics) as Metric[]) : asked;
      return groupsOf(call, query, grouping, splitting).map((group) => ({
        entityId: group.entity.id,
        entityName: group.entity.name,
        ...(splitting === undefined || group.part === undefined ? {} : splittings[splitting](group.part)),
        metrics: Object.fromEntries(shown.map((metric) => [metric, metrics[metric](group)])),
      }));
    },
  },
];

function groupsOf(
  call: GuideCall,
  query: Parameters,
  grouping: Grouping,
  splitting: Splitting | undefined,
): Group[] {
  const { organisation } = call.api;
  const groups = new Map<string, Group>();
  const seen = new Set<string>();
  for (const evaluation of counted(call, query)) {
    const entity = groupings[grouping](evaluation, organisation);
    if (entity === undefined) continue;
    const part = splitting === undefined ? undefined : groupings[splitting](evaluation);
    seen.add(entity.id);
    const key = `${entity.id} ${part?.id ?? ''}`;
    const group = groups.get(key) ?? { entity, part, count: 0, scores: [] };
    groups.set(key, group);
    group.count += 1;
    const score = evaluation.scoring?.totalScore;
    if (score !== undefined) group.scores.push(score);
  }
  const idle = grouping === 'agent' ? agentsOf(call).filter(({ id }) => !seen.has(id)) : [];
  return [...groups.values(), ...idle.map((entity) => ({ entity, part: undefined, count: 0, scores: [] }))];
}

/** Evaluations that count: submitted in the span and before the metrics were last worked out. */
function* counted({ api, viewer }: GuideCall, query: Parameters): Generator<EvaluationState> {
  const [from, to] = [requiredInstant(query, 'startTime'), requiredInstant(query, 'endTime')];
  if (to < from) throw invalidValue('endTime', query.text('endTime'), 'It must not be before startTime.');
  const formId = query.text('evaluationFormId');
  const workedOut = Math.floor(api.clock.now() / periodMs) * periodMs;
  const end = Math.min(to, workedOut);
  for (const evaluation of api.organisation.evaluationsBy('submittedDate', from, end, 'ASC')) {
    if (evaluation.calibrationId !== undefined || evaluation.status === 'RETRACTED') continue;
    if (formId !== undefined && evaluation.form.id !== formId) continue;
    if (isShown(evaluation, viewer)) yield evaluation;
  }
}

function agentsOf({ api, viewer }: GuideCall): Entity[] {
  return api.organisation
    .users()
    .filter(
      ({ title, state, division }) =>
        title === 'Agent' && state !== 'deleted' && isShown({ divisionIds: [division.id] }, viewer),
    );
}

/** Reads one grouping, and what splits its groups further. */
function readGrouping(query: Parameters): { grouping: Grouping; splitting: Splitting | undefined } {
  const text = query.required('groupBy');
  const [grouping, splitting, ...rest] = query.listOf('groupBy', Object.keys(groupings)) as Grouping[];
  const splits = splitting === undefined || (splitting in splittings && splitting !== grouping);
  if (grouping === undefined || !splits || rest.length > 0) {
    throw invalidValue(
      'groupBy',
      text,
      `Only ${Object.keys(splittings).join(' or ')} may follow another one.`,
    );
  }
  return { grouping, splitting: splitting as Splitting | undefined };
}

function requiredInstant(query: Parameters, name: string): number {
  const instant = query.instant(name);
  if (instant === undefined) throw missingValue(name);
  return instant;
}

function percentage(scores: readonly number[], value: () => number) {
  return { value: scores.length === 0 ? null : value(), unit: 'percentage' };
}
