/** Questions of a workflow as canonical answers and groups. */
import type { ScoredQuestion } from '../../../model/score.js';
import type { Row } from '../../../model/tables.js';
import { answerRow, type ItemContext, type SaidAnswer } from '../../rows/answerRow.js';
import { orNull } from '../../rows/parse.js';
import { isNotApplicable, scoredQuestion } from '../../rows/scoredPoints.js';
import { stamps } from '../stamps.js';
import { parseQuestion, type NormalRow, type Question } from './fields.js';
import { placedQuestions, type PlacedQuestion } from './placedQuestions.js';
import { questionTypeOf } from './vocabulary.js';

export interface MappedQuestions {
  answers: Row<'evaluation_answers'>[];
  groups: Row<'evaluation_group_scores'>[];
  scored: ScoredQuestion[];
}

/** Points carry their weights: that of every group is 1. */
export const groupWeight = 1;

export function mapQuestions(rows: readonly NormalRow[], context: ItemContext): MappedQuestions {
  const mapped: MappedQuestions = { answers: [], groups: [], scored: [] };
  const sections = new Map<string, Section>();
  const owner = `workflow ${context.evaluationId}`;
  for (const place of placedQuestions(rows)) {
    const question = parseQuestion(place.row, owner);
    const points = scoredQuestion({ score: question.actualscore, maxScore: maxScoreOf(question) });
    mapped.scored.push(points);
    mapped.answers.push(mapAnswer(question, place, context));
    const section = sections.get(place.sectionId) ?? newSection(place, question);
    sections.set(place.sectionId, section);
    if (points.notApplicable || points.maxScore === null) continue;
    section.score += points.score;
    section.maxScore += points.maxScore;
  }
  mapped.groups = [...sections].map(([id, section]) => groupRow(id, section, context));
  return mapped;
}

/** What is not scorable gives no points, whatever it states. */
export const maxScoreOf = ({ scorable, maxscore }: Pick<Question, 'scorable' | 'maxscore'>): number | null =>
  scorable === false ? null : orNull(maxscore);

function mapAnswer(
  question: Question,
  place: PlacedQuestion<NormalRow>,
  context: ItemContext,
): Row<'evaluation_answers'> {
  const type = questionTypeOf(question.questiontype);
  const markedNa = isNotApplicable(question.answer, question.actualscore);
  const text = markedNa ? null : orNull(question.answer);
  const isFreeText = type === 'freeTextQuestion';
  const said: SaidAnswer = {
    question_id: place.questionId,
    question_group_id: place.sectionId,
    group_name: orNull(question.sectiontitle),
    group_weight: groupWeight,
    question_index: place.index,
    question_text: orNull(question.questiontitle),
    question_type: type,
    answer_id: null,
    answer_text: isFreeText ? null : text,
    answer_value: null,
    score: orNull(question.actualscore),
    max_score: maxScoreOf(question),
    marked_na: markedNa,
    comments: isFreeText ? text : null,
  };
  // Assigned instead of spread: see answerRow.
  return Object.assign(answerRow(said, context), {
    question_context_id: place.questionContextId,
    group_context_id: place.sectionId,
    is_kill: orNull(question.critical),
    failed_kill_question: question.failedcriticalquestion === true,
  });
}

interface Section {
  name: string | null;
  index: number;
  score: number;
  maxScore: number;
}

const newSection = ({ sectionIndex }: { sectionIndex: number }, { sectiontitle }: Question): Section => ({
  name: orNull(sectiontitle),
  index: sectionIndex,
  score: 0,
  maxScore: 0,
});

function groupRow(id: string, section: Section, context: ItemContext): Row<'evaluation_group_scores'> {
  return {
    ...stamps(context),
    evaluation_id: context.evaluationId,
    question_group_id: id,
    group_context_id: id,
    group_name: section.name,
    group_index: section.index,
    group_weight: groupWeight,
    total_score: section.score,
    max_total_score: section.maxScore,
    total_score_unweighted: section.score,
    max_total_score_unweighted: section.maxScore,
    total_critical_score: null,
    max_total_critical_score: null,
    // Not said; the columns take no null.
    marked_na: false,
    system_marked_na: false,
    evaluation_month: context.evaluationMonth,
  };
}
