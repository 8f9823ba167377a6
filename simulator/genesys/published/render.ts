import { visibility, type EvaluationState, type Viewer } from '../../organisation/organisation.js';
import { renderCalibration, renderEvaluation, renderForm } from '../../organisation/render.js';
import type { Queue, Team, User } from '../../organisation/vendorModels.js';

/** A user as the vendor shows one. */
export function renderUser(user: User) {
  return {
    id: user.id,
    name: user.name,
    division: { ...user.division, selfUri: `/api/v2/authorization/divisions/${user.division.id}` },
    department: user.department,
    email: user.email,
    state: user.state,
    title: user.title,
    username: user.email,
    version: 1,
    acdAutoAnswer: false,
    selfUri: `/api/v2/users/${user.id}`,
  };
}

/** A queue. */
export function renderQueue(queue: Queue) {
  return {
    id: queue.id,
    name: queue.name,
    division: { ...queue.division, selfUri: `/api/v2/authorization/divisions/${queue.division.id}` },
    selfUri: `/api/v2/routing/queues/${queue.id}`,
  };
}

/** A team. */
export function renderTeam(team: Team) {
  return {
    id: team.id,
    name: team.name,
    division: { id: team.divisionId },
    selfUri: `/api/v2/teams/${team.id}`,
  };
}

/** Whether an evaluation's result is out to its agent. */
export function isReleased(evaluation: EvaluationState, now: number): boolean {
  return !evaluation.neverRelease && evaluation.releaseDate !== undefined && evaluation.releaseDate <= now;
}

/** The evaluation read by id, with what was asked to be expanded. */
export function renderRead(evaluation: EvaluationState, viewer: Viewer, expand: ReadonlySet<string>) {
  const rendered = renderEvaluation(evaluation, viewer, { as: 'response', answers: 'complete' });
  return expandReferences(rendered, evaluation, viewer, expand);
}

/** The evaluation as an entity of a listing: the model `Evaluation`. */
export function renderListed(
  evaluation: EvaluationState,
  viewer: Viewer,
  answers: 'totals' | 'none',
  expand: ReadonlySet<string>,
) {
  const rendered = renderEvaluation(evaluation, viewer, { as: 'listed', answers });
  return withEmbeddedForm(expandReferences(rendered, evaluation, viewer, expand));
}

/** A calibration, its evaluations included. */
export function renderCalibrationEntity(...parameters: Parameters<typeof renderCalibration>) {
  const rendered = withEmbeddedForm(renderCalibration(...parameters));
  const evaluations = rendered['evaluations'] as Record<string, unknown>[];
  return { ...rendered, evaluations: evaluations.map(withEmbeddedForm) };
}

// `Evaluation` and `Calibration` embed an `EvaluationForm`, which unlike `EvaluationFormResponse` has no weight mode
// and always has question groups.
function withEmbeddedForm(rendered: Record<string, unknown>): Record<string, unknown> {
  const form = rendered['evaluationForm'] as Record<string, unknown> | undefined;
  if (form === undefined) return rendered;
  const { weightMode: _left, ...embedded } = form;
  return { ...rendered, evaluationForm: { questionGroups: [], ...embedded } };
}

function expandReferences(
  rendered: Record<string, unknown>,
  evaluation: EvaluationState,
  viewer: Viewer,
  expand: ReadonlySet<string>,
): Record<string, unknown> {
  if (expand.size === 0 || visibility(evaluation, viewer) !== 'visible') return rendered;
  const expanded: Record<string, unknown> = {};
  const users = { agent: evaluation.agent, evaluator: evaluation.evaluator, assignee: evaluation.assignee };
  for (const [name, user] of Object.entries(users)) {
    if (expand.has(name) && user !== undefined) expanded[name] = renderUser(user);
  }
  if (expand.has('evaluationForm')) expanded['evaluationForm'] = renderForm(evaluation.form, true);
  return { ...rendered, ...expanded };
}
