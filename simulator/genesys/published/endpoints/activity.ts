import { visibility, type EvaluationState, type Viewer } from '../../../organisation/organisation.js';
import type { User } from '../../../organisation/vendorModels.js';
import type { Call, Handlers } from '../call.js';
import { dayMs } from '../../../common/instants.js';
import { pageOf } from '../listing.js';
import { renderUser } from '../render.js';

interface Tally {
  user: User;
  completed: number;
  assigned: number;
  started: number;
  scores: number[];
  criticalScores: number[];
  calibrations: Record<'assigned' | 'started' | 'completed', number>;
  /** The documented sign that divisions hide something. */
  withoutViewPermission: number;
}

/** How much was evaluated, by agent and by evaluator, by assigned date. */
export const activity: Handlers = {
  getQualityAgentsActivity: (call) => {
    const { query } = call;
    const page = query.page({ max: 500 });
    const agentIds = new Set(query.list('agentUserId'));
    const evaluatorId = query.text('evaluatorUserId');
    const [teamId, contextId] = [query.text('agentTeamId'), query.text('formContextId')];
    const tallies = tally(call, (evaluation) =>
      (agentIds.size === 0 || agentIds.has(evaluation.agent.id)) &&
      (evaluatorId === undefined || evaluation.evaluator?.id === evaluatorId) &&
      (teamId === undefined || evaluation.team.id === teamId) &&
      (contextId === undefined || evaluation.form.contextId === contextId)
        ? evaluation.agent
        : undefined,
    );
    return pageOf(
      call.listing(page),
      tallies.map((each) => ({
        agent: renderUser(each.user),
        numEvaluations: each.completed,
        ...summary(each.scores, 'averageEvaluationScore', 'highestEvaluationScore', 'lowestEvaluationScore'),
        numCriticalEvaluations: each.criticalScores.length,
        ...summary(
          each.criticalScores,
          'averageCriticalScore',
          'highestCriticalScore',
          'lowestCriticalScore',
        ),
        numEvaluationsWithoutViewPermission: each.withoutViewPermission,
      })),
    );
  },

  getQualityEvaluatorsActivity: (call) => {
    const page = call.query.page({ max: 500 });
    const teamId = call.query.text('agentTeamId');
    const tallies = tally(call, (evaluation) =>
      teamId === undefined || evaluation.team.id === teamId ? evaluation.evaluator : undefined,
    );
    return pageOf(
      call.listing(page),
      tallies.map((each) => ({
        evaluator: renderUser(each.user),
        numEvaluationsAssigned: each.assigned,
        numEvaluationsStarted: each.started,
        numEvaluationsCompleted: each.completed,
        numCalibrationsAssigned: each.calibrations.assigned,
        numCalibrationsStarted: each.calibrations.started,
        numCalibrationsCompleted: each.calibrations.completed,
        numEvaluationsWithoutViewPermission: each.withoutViewPermission,
      })),
    );
  },
};

function tally(call: Call, userOf: (evaluation: EvaluationState) => User | undefined): Tally[] {
  const { api, query, viewer } = call;
  const now = api.clock.now();
  const from = query.instant('startTime') ?? api.organisation.options.from - 400 * dayMs;
  const to = query.instant('endTime') ?? now + 1;
  const name = query.text('name')?.toLowerCase();
  const tallies = new Map<string, Tally>();
  // Assigned dates follow creation, so those created in the span or shortly before cover it.
  for (const evaluation of api.organisation.evaluationsBy('createdDate', from - 60 * dayMs, to, 'ASC')) {
    if (evaluation.assignedDate < from || evaluation.assignedDate >= to) continue;
    const user = userOf(evaluation);
    if (user === undefined || (name !== undefined && !user.name.toLowerCase().includes(name))) continue;
    let known = tallies.get(user.id);
    if (known === undefined) {
      known = emptyTally(user);
      tallies.set(user.id, known);
    }
    count(known, evaluation, viewer);
  }
  return [...tallies.values()].sort((a, b) => (a.user.name < b.user.name ? -1 : 1));
}

function emptyTally(user: User): Tally {
  return {
    user,
    completed: 0,
    assigned: 0,
    started: 0,
    scores: [],
    criticalScores: [],
    calibrations: { assigned: 0, started: 0, completed: 0 },
    withoutViewPermission: 0,
  };
}

function count(known: Tally, evaluation: EvaluationState, viewer: Viewer): void {
  if (visibility(evaluation, viewer) !== 'visible') {
    known.withoutViewPermission += 1;
    return;
  }
  const stage =
    evaluation.status === 'PENDING'
      ? 'assigned'
      : evaluation.status === 'INPROGRESS'
        ? 'started'
        : 'completed';
  if (evaluation.calibrationId !== undefined) {
    known.calibrations[stage] += 1;
    return;
  }
  known[stage] += 1;
  if (evaluation.status !== 'FINISHED') return;
  const { totalScore, totalCriticalScore } = evaluation.scoring ?? {};
  if (totalScore !== undefined) known.scores.push(totalScore);
  if (totalCriticalScore !== undefined) known.criticalScores.push(totalCriticalScore);
}

function summary(scores: readonly number[], average: string, highest: string, lowest: string) {
  if (scores.length === 0) return {};
  return {
    [average]: Math.round(scores.reduce((sum, score) => sum + score, 0) / scores.length),
    [highest]: Math.round(scores.reduce((a, b) => Math.max(a, b))),
    [lowest]: Math.round(scores.reduce((a, b) => Math.min(a, b))),
  };
}
