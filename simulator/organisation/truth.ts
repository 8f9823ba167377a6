/** What a perfect export holds: every record that a viewer may see, streamed. */
import type { Appointment } from './coaching.js';
import {
  visibility,
  type EvaluationState,
  type Organisation,
  type SurveyState,
  type TruthTable,
  type Viewer,
} from './organisation.js';
import { answerRows, calibrationRow, groupScoreRows, scorecardRow, type TruthRow } from './truthRows.js';
import { conversationRow, feedbackRows, surveyAnswerRows, surveyRow } from './truthRowsAround.js';
import { formOptionRows, formQuestionRows, formRow } from './truthRowsOfForms.js';
import type { EvaluationForm } from './vendorModels.js';

interface Scope {
  organisation: Organisation;
  viewer: Viewer;
  /** Everything that exists now, calibrations included; those that a span touches when there is one. */
  evaluations: () => Iterable<EvaluationState>;
  /** Surveys that exist now; those of whom something happened in the span when there is one. */
  surveys: () => Iterable<SurveyState>;
  /** Appointments that exist now; those written or changed in the span when there is one. */
  appointments: () => Iterable<Appointment>;
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
      return;
    case 'surveys':
      for (const survey of surveysOf(scope)) {
        const conversation = organisation.conversation(survey.conversationId);
        if (conversation !== undefined) yield surveyRow(survey, conversation);
      }
      return;
    case 'survey_answers':
      for (const survey of surveysOf(scope)) yield* surveyAnswerRows(survey);
      return;
    case 'feedback':
      for (const appointment of appointmentsOf(scope))
        yield* feedbackRows(appointment, appointment.entry.externalReference);
      return;
    case 'conversations':
      for (const id of conversationIds(scope)) {
        const conversation = organisation.conversation(id);
        if (conversation !== undefined && visibility(conversation, viewer) !== 'hidden')
          yield conversationRow(conversation);
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

function* surveysOf({ surveys, viewer }: Scope): Generator<SurveyState> {
  for (const survey of surveys()) if (visibility(survey, viewer) !== 'hidden') yield survey;
}

function* appointmentsOf({ appointments, viewer }: Scope): Generator<Appointment> {
  for (const appointment of appointments())
    if (visibility(appointment.entry, viewer) !== 'hidden') yield appointment;
}

/** Conversations that any other row speaks of. */
function conversationIds(scope: Scope): Set<string> {
  const ids = new Set<string>();
  for (const { conversationId } of visible(scope)) ids.add(conversationId);
  for (const { conversationId } of surveysOf(scope)) ids.add(conversationId);
  for (const { entry } of appointmentsOf(scope))
    if (entry.conversationId !== undefined) ids.add(entry.conversationId);
  return ids;
}
