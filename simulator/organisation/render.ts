/** The vendor's JSON of evaluations, forms and calibrations. */
import { visibility, type CalibrationState, type EvaluationState, type Viewer } from './organisation.js';
import type { EvaluationForm, ScoringSet, User } from './vendorModels.js';

const iso = (millis: number) => new Date(millis).toISOString();
const dateField = <K extends string>(key: K, millis: number | undefined) =>
  millis === undefined ? {} : ({ [key]: iso(millis) } as { [P in K]: string });
const userReference = ({ id, name }: User) => ({ id, name, selfUri: `/api/v2/users/${id}` });

/** How an evaluation is asked for: read by id, found by search, or listed. */
export interface RenderOptions {
  as: 'response' | 'searchItem' | 'listed';
  /** Question-level answers, totals by group only, or no answers at all. */
  answers: 'complete' | 'totals' | 'none';
}

export function renderEvaluation(
  state: EvaluationState,
  viewer: Viewer,
  options: RenderOptions,
): Record<string, unknown> {
  const selfUri = `/api/v2/quality/conversations/${state.conversationId}/evaluations/${state.id}`;
  // The models promise nothing more of what is hidden.
  if (visibility(state, viewer) === 'redacted') return { id: state.id, redacted: true, selfUri };
  const scoring = options.answers === 'none' ? undefined : state.scoring;
  return {
    id: state.id,
    conversation: { id: state.conversationId, selfUri: `/api/v2/conversations/${state.conversationId}` },
    status: state.status,
    redacted: false,
    divisionIds: state.divisionIds,
    conversationDate: iso(state.conversationDate),
    createdDate: iso(state.createdDate),
    changedDate: iso(state.changedDate),
    selfUri,
    evaluationForm: renderFormReference(state.form, options.as),
    ...(state.evaluator === undefined ? {} : { evaluator: userReference(state.evaluator) }),
    agent: userReference(state.agent),
    ...(options.as === 'listed' ? { agentTeam: { id: state.team.id, name: state.team.name } } : {}),
    ...(state.calibrationId === undefined
      ? {}
      : {
          calibration: {
            id: state.calibrationId,
            selfUri: `/api/v2/quality/calibrations/${state.calibrationId}`,
          },
        }),
    ...(scoring === undefined ? {} : { answers: renderScoring(scoring, options.answers) }),
    agentHasRead: state.agentHasRead,
    ...(state.assignee === undefined ? {} : { assignee: userReference(state.assignee) }),
    assigneeApplicable: state.assignee !== undefined,
    ...dateField('releaseDate', state.releaseDate),
    assignedDate: iso(state.assignedDate),
    ...dateField('submittedDate', state.submittedDate),
    ...dateField('revisionCreatedDate', state.revisionCreatedDate),
    ...(state.queue === undefined ? {} : { queue: { id: state.queue.id, name: state.queue.name } }),
    mediaType: state.mediaType,
    rescore: state.rescore,
    conversationEndDate: iso(state.conversationEndDate),
    neverRelease: state.neverRelease,
    assigned: state.submittedDate === undefined,
    ...dateField('dateAssigneeChanged', state.assigneeChangedDate),
    ...(state.resourceId === undefined ? {} : { resourceId: state.resourceId, resourceType: 'EMAIL' }),
    isScoringIndex: state.isScoringIndex,
    authorizedActions: [],
    hasAssistanceFailed: state.hasAssistanceFailed,
    evaluationSource: state.source,
    disputeCount: state.disputeCount,
    version: state.version,
    versionHistory: {
      total: state.versionIds.length,
      entities: state.versionIds.map((id) => ({ id })),
    },
    declinedReview: false,
    evaluationContextId: state.contextId,
    ...(state.retractedEvaluationId === undefined
      ? {}
      : { retractedEvaluation: { id: state.retractedEvaluationId } }),
    ...(state.aiScoring === undefined ? {} : { aiScoring: state.aiScoring }),
  };
}

function renderFormReference(form: EvaluationForm, as: RenderOptions['as']): Record<string, unknown> {
  const reference = {
    id: form.id,
    contextId: form.contextId,
    modifiedDate: form.modifiedDate,
    published: true,
    weightMode: form.weightMode,
    selfUri: `/api/v2/quality/forms/evaluations/${form.id}`,
  };
  return as === 'searchItem' ? reference : { ...reference, name: form.name };
}

function renderScoring(
  scoring: ScoringSet,
  answers: 'complete' | 'totals' | 'none',
): Record<string, unknown> {
  if (answers === 'complete') return { ...scoring };
  return {
    ...scoring,
    questionGroupScores: scoring.questionGroupScores.map(({ questionScores: _, ...group }) => group),
  };
}

/** A form version as reading it by id gives it; lists leave the questions out. */
export function renderForm(form: EvaluationForm, questions: boolean): Record<string, unknown> {
  const { fatalZeroesTotal: _, questionGroups, ...fields } = form;
  return {
    ...fields,
    ...(questions ? { questionGroups } : { published: false }),
    selfUri: `/api/v2/quality/forms/evaluations/${form.id}`,
  };
}

export function renderCalibration(calibration: CalibrationState, viewer: Viewer): Record<string, unknown> {
  const scores = calibration.evaluations.flatMap(({ scoring }) =>
    scoring?.totalScore === undefined ? [] : [scoring.totalScore],
  );
  const index = calibration.evaluations.find(({ isScoringIndex }) => isScoringIndex);
  return {
    id: calibration.id,
    name: `Calibration ${calibration.id.slice(0, 8)}`,
    calibrator: userReference(calibration.calibrator),
    agent: userReference(calibration.agent),
    conversation: { id: calibration.conversationId },
    evaluationForm: renderFormReference(calibration.form, 'response'),
    contextId: calibration.form.contextId,
    ...(scores.length === 0 ? {} : calibrationScores(scores)),
    createdDate: iso(calibration.createdDate),
    evaluations: calibration.evaluations.map((state) =>
      renderEvaluation(state, viewer, { as: 'listed', answers: 'none' }),
    ),
    evaluators: calibration.evaluators.map(userReference),
    ...(index === undefined ? {} : { scoringIndex: { id: index.id } }),
    expertEvaluator: userReference(calibration.expertEvaluator),
    selfUri: `/api/v2/quality/calibrations/${calibration.id}`,
  };
}

/** Whole numbers, as the vendor gives them. */
export function calibrationScores(scores: readonly number[]) {
  return {
    averageScore: Math.round(scores.reduce((sum, score) => sum + score, 0) / scores.length),
    highScore: Math.round(Math.max(...scores)),
    lowScore: Math.round(Math.min(...scores)),
  };
}
