/** What a perfect export holds: every record that a viewer may see, streamed. */
import {
  visibility,
  type EvaluationState,
  type Organisation,
  type TruthTable,
  type Viewer,
} from './organisation.js';
import {
  answerRows,
  calibrationRow,
  formOptionRows,
  formQuestionRows,
  formRow,
  groupScoreRows,
  scorecardRow,
  type TruthRow,
} from './truthRows.js';
import type { EvaluationForm } from './vendorModels.js';

interface Scope {
  organisation: Organisation;
  viewer: Viewer;
  /** Everything that exists now, calibrations included; those that a span touches when there is one. */
  evaluations: () => Iterable<EvaluationState>;
  /** Evaluations deleted within the span. */
  deleted: () => Iterable<EvaluationState>;
}

export function* truthOf(table: TruthTable, scope: Scope): Generator<TruthRow> {
  const { organisation, viewer } = scope;
  switch (table) {
    case 'evaluations':
      for (const state of ofAgents(scope)) yield scorecardRow(state);
      return;
    case 'evaluation_group_scores':
      for (const state of ofAgents(scope)) yield* groupScoreRows(state);
      return;
    case 'evaluation_answers':
      for (const state of ofAgents(scope)) yield* answerRows(state);
      return;
    case 'calibrations':
      for (const id of calibrationIds(scope)) {
        const calibration = organisation.calibration(id);
        if (calibration !== undefined) yield calibrationRow(calibration);
      }
      return;
    case 'calibration_evaluations':
      for (const { state, calibrationId } of ofCalibrations(scope)) {
        yield {
          ...scorecardRow(state),
          calibration_id: calibrationId,
          is_scoring_index: state.isScoringIndex,
        };
      }
      return;
    case 'calibration_answers':
      for (const { state, calibrationId } of ofCalibrations(scope)) {
        for (const row of answerRows(state)) yield { ...row, calibration_id: calibrationId };
      }
      return;
    case 'forms':
      for (const form of usedForms(scope)) yield formRow(form);
      return;
    case 'form_questions':
      for (const form of usedForms(scope)) yield* formQuestionRows(form);
      return;
    case 'form_answer_options':
      for (const form of usedForms(scope)) yield* formOptionRows(form);
      return;
    case 'users':
      for (const user of organisation.users()) {
        const { id, name, email, state, title, department, division } = user;
        yield { user_id: id, name, email, state, division_id: division.id, title, department };
      }
      return;
    case 'queues':
      for (const { id, name, division } of organisation.queues()) {
        // The permission to see queues holds in the divisions it was granted in.
        if (viewer.divisionIds !== 'all' && !viewer.divisionIds.has(division.id)) continue;
        yield { queue_id: id, name, division_id: division.id };
      }
      return;
    case 'divisions':
      for (const { id, name, description, homeDivision } of organisation.divisions()) {
        const granted = viewer.divisionIds === 'all' || viewer.divisionIds.has(id);
        yield { division_id: id, name, description, is_home: homeDivision, is_granted: granted };
      }
      return;
    case 'tombstones':
      for (const state of scope.deleted()) {
        if (visibility(state, viewer) !== 'hidden') yield { entity: entityOf(state), record_id: state.id };
      }
  }
}

function entityOf(state: EvaluationState): string {
  return state.calibrationId === undefined ? 'evaluations' : 'calibration_evaluations';
}

function* visible({ evaluations, viewer }: Scope): Generator<EvaluationState> {
  for (const state of evaluations()) if (visibility(state, viewer) === 'visible') yield state;
}

function* ofAgents(scope: Scope): Generator<EvaluationState> {
  for (const state of visible(scope)) if (state.calibrationId === undefined) yield state;
}

function* ofCalibrations(scope: Scope): Generator<{ state: EvaluationState; calibrationId: string }> {
  for (const state of visible(scope)) {
    if (state.calibrationId !== undefined) yield { state, calibrationId: state.calibrationId };
  }
}

/** A calibration can be read where any of its scorecards is not hidden, also when their content is. */
function calibrationIds({ evaluations, viewer }: Scope): Set<string> {
  const ids = new Set<string>();
  for (const state of evaluations()) {
    if (state.calibrationId !== undefined && visibility(state, viewer) !== 'hidden')
      ids.add(state.calibrationId);
  }
  return ids;
}

function usedForms(scope: Scope): Set<EvaluationForm> {
  const forms = new Set<EvaluationForm>();
  for (const state of visible(scope)) forms.add(state.form);
  return forms;
}
