/**
 * Rows of the truth for what lies around evaluations, as an export by the published contract holds it: surveys, the
 * conversations, and feedback, which that contract knows as coaching appointments with annotations.
 */
import { coachingTitle, type Appointment } from './coaching.js';
import { analyticsMediaType } from './mediaTypes.js';
import type { ConversationState, SurveyState } from './organisation.js';
import { surveyError } from './surveyState.js';
import type { TruthRow } from './truthRows.js';

const iso = (millis: number | undefined) => (millis === undefined ? null : new Date(millis).toISOString());
const sortedJson = (items: readonly string[]) => JSON.stringify([...items].sort());
const seconds = ({ start, end }: ConversationState) => (end - start) / 1_000;

export function surveyRow(survey: SurveyState, conversation: ConversationState): TruthRow {
  const ratings = survey.groups.flatMap(({ questions }) => questions.flatMap(({ value }) => value ?? []));
  return {
    survey_id: survey.id,
    conversation_id: survey.conversationId,
    external_reference: conversation.externalReference ?? null,
    evaluation_id: null,
    survey_type: survey.type,
    status: survey.status.toUpperCase(),
    agent_id: survey.agent.id,
    agent_name: survey.agent.name,
    agent_team_id: survey.team.id,
    evaluator_id: null,
    evaluator_name: null,
    queue_id: survey.queue?.id ?? null,
    // Neither surveys nor the details of conversations call a queue by its name.
    queue_name: null,
    media_type: analyticsMediaType(survey.mediaType),
    conversation_start: iso(conversation.start),
    conversation_seconds: seconds(conversation),
    is_enriched: true,
    form_id: survey.formId,
    form_name: survey.formName,
    form_context_id: survey.formContextId,
    language: survey.language,
    error_reason: survey.status === 'Error' ? surveyError : null,
    is_missing_required_answer: false,
    total_score: survey.totalScore ?? null,
    csat_value: ratings.length === 0 ? null : ratings.reduce((sum, value) => sum + value, 0) / ratings.length,
    nps_score: survey.npsScore ?? null,
    completed_at: iso(survey.completedDate),
  };
}

export function* surveyAnswerRows(survey: SurveyState): Generator<TruthRow> {
  for (const group of survey.groups) {
    for (const question of group.questions) {
      yield {
        survey_id: survey.id,
        question_id: question.id,
        question_context_id: question.contextId,
        group_id: group.id,
        group_name: group.name,
        question_text: question.text,
        question_type: question.type,
        answer_id: question.answerId ?? null,
        answer_context_id: question.answerContextId ?? null,
        answer_value: question.value ?? question.npsScore ?? null,
        answer_text: question.answerText ?? question.freeText ?? null,
        score: question.score ?? null,
        max_score: question.maxScore ?? null,
        marked_na: question.markedNA,
      };
    }
  }
}

export function conversationRow(conversation: ConversationState): TruthRow {
  return {
    conversation_id: conversation.id,
    external_reference: conversation.externalReference ?? null,
    media_types: sortedJson([analyticsMediaType(conversation.mediaType)]),
    direction: 'inbound',
    agent_id: conversation.agent.id,
    agent_name: conversation.agent.name,
    queue_id: conversation.queue?.id ?? null,
    queue_name: null,
    division_ids: sortedJson(conversation.divisionIds),
    started_at: iso(conversation.start),
    ended_at: iso(conversation.end),
    duration_seconds: seconds(conversation),
  };
}

/** An appointment and its annotation. */
export function feedbackRows(appointment: Appointment, externalReference: string | undefined): TruthRow[] {
  const { entry } = appointment;
  const both = {
    agent_id: entry.agent.id,
    attendee_ids: sortedJson([entry.agent.id]),
    author_id: entry.author.id,
    editor_id: entry.author.id,
    facilitator_id: entry.author.id,
    title: coachingTitle,
    tags: '[]',
    conversation_id: entry.conversationId ?? null,
    conversation_ids: JSON.stringify(entry.conversationId === undefined ? [] : [entry.conversationId]),
    external_reference: externalReference ?? null,
    division_id: null,
    created_at: iso(entry.dateCreated),
  };
  const deleted = entry.status === 'deleted';
  return [
    {
      ...both,
      feedback_id: entry.id,
      kind: 'coaching_appointment',
      parent_id: null,
      content: appointment.description,
      status: appointment.status.toLowerCase(),
      is_private: null,
      modified_at: iso(appointment.dateModified),
      scheduled_at: iso(appointment.dateStart),
      scheduled_minutes: appointment.lengthInMinutes,
      completed_at: iso(appointment.dateCompleted),
      is_archived: false,
    },
    {
      ...both,
      feedback_id: entry.annotationId,
      kind: 'coaching_annotation',
      parent_id: entry.id,
      content: entry.content,
      status: deleted ? 'deleted' : 'published',
      is_private: false,
      modified_at: iso(entry.dateModified),
      scheduled_at: null,
      scheduled_minutes: null,
      completed_at: null,
      is_archived: deleted,
    },
  ];
}
