/** Scorecards: sections of the template, and what the customer answered. */
import type {
  EvaluationState,
  Organisation,
  SurveyAnswer,
  SurveyState,
} from '../../organisation/organisation.js';
import { mix } from '../../organisation/random.js';
import { scoredSections, type ScoredSection } from '../../organisation/scoredItems.js';

interface ScorecardItem {
  id: string;
  label: string;
  type: 'rating' | 'nps' | 'text';
  value: number | null;
  score: number | null;
  text: string | null;
}

interface Scorecard {
  id: string;
  label: string;
  items: ScorecardItem[];
}

/** The scorecards of an evaluation: one or two of its sections once it is scored, and every finished survey. */
export function scorecardsOf(evaluation: EvaluationState, organisation: Organisation): Scorecard[] {
  const shown = 1 + (mix(evaluation.index) % 2);
  const sections = scoredSections(evaluation)?.slice(0, shown) ?? [];
  const surveys = organisation
    .surveysOfConversation(evaluation.conversationId)
    .filter(({ status }) => status === 'Finished');
  return [...sections.map(ofSection), ...surveys.map((survey) => ofSurvey(survey, evaluation))];
}

function ofSection({ group, items }: ScoredSection): Scorecard {
  return {
    id: group.id,
    label: group.name,
    items: items.flatMap(({ question, answer, score, maxScore }): ScorecardItem[] =>
      maxScore === null
        ? []
        : [
            {
              id: question.id,
              label: question.text,
              type: 'rating',
              value: score,
              score: score === null ? null : percent(score, maxScore),
              text: answer.comments ?? null,
            },
          ],
    ),
  };
}

/** Template versions differ in what they call the customer's part. */
function ofSurvey(survey: SurveyState, { form }: EvaluationState): Scorecard {
  const short = Number.parseInt(form.id.slice(0, 2), 16) % 3 > 0;
  return {
    id: survey.id,
    label: short ? 'CSAT' : 'Customer Survey (csat)',
    items: survey.groups.flatMap(({ questions }) => questions.map(ofAnswer)),
  };
}

function ofAnswer(answer: SurveyAnswer): ScorecardItem {
  const { id, text: label, score, maxScore } = answer;
  const nothing = { id, label, value: null, score: null, text: null };
  switch (answer.type) {
    case 'multipleChoiceQuestion':
      return {
        ...nothing,
        type: 'rating',
        value: answer.value ?? null,
        score: score === undefined || maxScore === undefined ? null : percent(score, maxScore),
      };
    case 'npsQuestion':
      return { ...nothing, type: 'nps', value: answer.npsScore ?? null };
    case 'freeTextQuestion':
      return { ...nothing, type: 'text', text: answer.freeText ?? null };
  }
}

function percent(points: number, possible: number): number {
  return possible === 0 ? 0 : (100 * points) / possible;
}
