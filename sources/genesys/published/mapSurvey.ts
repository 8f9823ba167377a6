/** One survey as canonical rows. */
import { contentHash } from '../../../model/contentHash.js';
import type { CanonicalRows, Row } from '../../../model/tables.js';
import type { MappingContext, RelatedReads, SourceRecord } from '../../source.js';
import { stamps } from '../stamps.js';
import { conversationFacts } from './mapConversation.js';
import { instantOrNull, orNull, parseBody, rawOf } from '../../rows/parse.js';
import { pinForm, type PinnedForm, type PinnedQuestion } from './pinnedForm.js';
import {
  surveySchema,
  type Survey,
  type SurveyGroupScore,
  type SurveyQuestionScore,
} from './surveySchemas.js';

export function mapSurvey(
  record: SourceRecord,
  { form, conversation }: RelatedReads,
  context: MappingContext,
): CanonicalRows {
  const survey = parseBody(surveySchema, record.body, `survey ${record.id}`);
  const pinned = form === undefined ? undefined : pinForm(form);
  const facts = conversation === undefined ? undefined : conversationFacts(conversation);
  const stamped = stamps({ ...context, extractedAt: record.extractedAt });
  const mapped = answersOf(survey, pinned);
  const answers = mapped.map((answer) => ({ ...stamped, survey_id: survey.id, ...answer.row }));
  const agentId = survey.agent?.id ?? facts?.agentId ?? null;
  const row = {
    ...stamped,
    survey_id: survey.id,
    conversation_id: orNull(survey.conversation?.id ?? record.conversationId),
    external_reference: orNull(facts?.externalReference),
    evaluation_id: null,
    survey_type: orNull(survey.surveyType),
    status: survey.status,
    agent_id: agentId,
    agent_name: survey.agent?.name ?? (facts?.agentId === agentId ? orNull(facts?.agentName) : null),
    agent_team_id: orNull(survey.agentTeam?.id),
    evaluator_id: null,
    evaluator_name: null,
    queue_id: survey.queue?.id ?? facts?.queueId ?? null,
    queue_name: orNull(survey.queue?.name),
    media_type: orNull(facts?.mediaType),
    conversation_start: orNull(facts?.startedAt),
    conversation_seconds: orNull(facts?.seconds),
    is_enriched: facts !== undefined,
    form_id: orNull(survey.surveyForm?.id),
    form_name: survey.surveyForm?.name ?? pinned?.form.name ?? null,
    form_context_id: survey.surveyForm?.contextId ?? pinned?.form.contextId ?? null,
    language: survey.surveyForm?.language ?? pinned?.form.language ?? null,
    error_reason: orNull(survey.surveyErrorDetails?.surveyErrorReason),
    is_missing_required_answer: orNull(survey.missingRequiredAnswer),
    total_score: orNull(survey.answers?.totalScore),
    csat_value: csatValue(mapped),
    nps_score: orNull(survey.answers?.npsScore),
    completed_at: instantOrNull(survey.completedDate),
    raw: rawOf(record),
    change_stamp: record.changeStamp,
  };
  return { surveys: [{ ...row, content_hash: contentHash(row, ...answers) }], survey_answers: answers };
}

type AnswerRow = Omit<
  Row<'survey_answers'>,
  'connection' | 'source_system' | 'extracted_at' | 'batch_id' | 'survey_id'
>;

interface MappedAnswer {
  row: AnswerRow;
  /** The number that a rating gives to what was chosen; null for what is no rating, or was not answered. */
  rating: number | null;
}

function answersOf(survey: Survey, pinned: PinnedForm | undefined): MappedAnswer[] {
  return (survey.answers?.questionGroupScores ?? []).flatMap((group) =>
    (group.questionScores ?? []).map((score) => answerOf(group, score, pinned)),
  );
}

function answerOf(
  group: SurveyGroupScore,
  score: SurveyQuestionScore,
  pinned: PinnedForm | undefined,
): MappedAnswer {
  const found = pinned?.questions.get(score.questionId);
  const option = score.answerId ? found?.options.get(score.answerId) : undefined;
  const notApplicable = [score.markedNA, score.systemMarkedNA, group.markedNA, group.systemMarkedNA];
  const isNotApplicable = notApplicable.includes(true);
  const row: AnswerRow = {
    question_id: score.questionId,
    question_context_id: orNull(found?.question.contextId),
    group_id: group.questionGroupId,
    group_name: orNull(pinned?.groups.get(group.questionGroupId)?.group.name),
    question_text: orNull(found?.question.text),
    question_type: orNull(found?.question.type),
    answer_id: orNull(score.answerId),
    answer_context_id: orNull(option?.contextId),
    answer_value: option?.value ?? score.npsScore ?? null,
    // One field for each type of question: those of other types may come empty instead of not at all.
    answer_text:
      [score.freeTextAnswer, score.npsTextAnswer, option?.text].find((said) => Boolean(said)) ?? null,
    score: orNull(score.score),
    max_score: orNull(found?.maxScore),
    marked_na: isNotApplicable,
  };
  const rating = isRating(found) && !isNotApplicable ? orNull(option?.value) : null;
  return { row, rating };
}

/** Of two options the numbers say yes or no. */
const fewestRatingOptions = 3;

/** A choice among numbers; the vendor keeps the number of an option beside its text. */
const isRating = (found: PinnedQuestion | undefined): boolean =>
  found?.question.type === 'multipleChoiceQuestion' &&
  found.options.size >= fewestRatingOptions &&
  [...found.options.values()].every(({ value }) => typeof value === 'number');

/** Mean of the numbers given; null without any, and without the form, which alone tells the numbers. */
function csatValue(answers: readonly MappedAnswer[]): number | null {
  const ratings = answers.flatMap(({ rating }) => (rating === null ? [] : [rating]));
  return ratings.length === 0 ? null : ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length;
}
