/** Sections and items of an evaluation as canonical rows. */
import type { ScoredQuestion } from '../../../model/score.js';
import type { Row } from '../../../model/tables.js';
import { stamps } from '../stamps.js';
import { orNull } from '../../rows/parse.js';
import { isNotApplicable, scoredQuestion } from '../../rows/scoredPoints.js';
import { answerRow, type ItemContext, type SaidAnswer } from '../../rows/answerRow.js';
import { silentGroup } from './notCarried.js';
import type { PinnedTemplate, TemplateItem } from './pinnedTemplate.js';
import type { Item, Section } from './schemas.js';

export interface MappedItems {
  groupScores: Row<'evaluation_group_scores'>[];
  answers: Row<'evaluation_answers'>[];
  scored: ScoredQuestion[];
}

type Found = { item: TemplateItem; index: number };

/** Texts, points and weights are those of the evaluation itself; the template adds types, options and the order. */
export function mapItems(
  sections: readonly Section[],
  pinned: PinnedTemplate | undefined,
  context: ItemContext,
): MappedItems {
  const mapped: MappedItems = { groupScores: [], answers: [], scored: [] };
  for (const section of sections) {
    const weight = weightOf(section);
    mapped.groupScores.push(groupRow(section, weight, pinned, context));
    for (const item of section.items) {
      mapped.answers.push(answerRow(saidIn(section, weight, item, pinned?.items.get(item.id)), context));
      mapped.scored.push(scoredQuestion(item));
    }
  }
  return mapped;
}

function groupRow(
  section: Section,
  weight: number | null,
  pinned: PinnedTemplate | undefined,
  context: ItemContext,
): Row<'evaluation_group_scores'> {
  const sums = sumsOf(section.items);
  return {
    ...stamps(context),
    ...silentGroup,
    evaluation_id: context.evaluationId,
    question_group_id: section.id,
    group_name: orNull(section.name),
    group_index: orNull(pinned?.sections.get(section.id)?.index),
    group_weight: weight,
    total_score: sums.weighted,
    max_total_score: sums.maxWeighted,
    total_score_unweighted: sums.points,
    max_total_score_unweighted: sums.maxPoints,
    evaluation_month: context.evaluationMonth,
  };
}

/** The weight that its questions carry: that of the section where the template scales sections, else 1. */
function weightOf({ weight, items }: Section): number | null {
  return orNull(items.find((item) => item.weight !== null && item.weight !== undefined)?.weight ?? weight);
}

/** Points of what was scored; the contract states them by question only. */
function sumsOf(items: readonly Item[]) {
  const sums = { points: 0, maxPoints: 0, weighted: 0, maxWeighted: 0 };
  for (const { score, maxScore, weight, notApplicable } of items.map(scoredQuestion)) {
    if (notApplicable || maxScore === null) continue;
    sums.points += score;
    sums.maxPoints += maxScore;
    sums.weighted += score * weight;
    sums.maxWeighted += maxScore * weight;
  }
  return sums;
}

function saidIn(section: Section, weight: number | null, item: Item, found: Found | undefined): SaidAnswer {
  const markedNa = isNotApplicable(item.agentResponse, item.score);
  const option = markedNa ? undefined : optionOf(found?.item, item);
  return {
    question_id: item.id,
    question_group_id: section.id,
    group_name: orNull(section.name),
    group_weight: weight,
    question_index: orNull(found?.index),
    question_text: orNull(item.questionText),
    question_type: orNull(found?.item.type),
    answer_id: orNull(option?.id),
    answer_text: markedNa ? null : orNull(item.agentResponse),
    answer_value: orNull(option?.value),
    score: orNull(item.score),
    max_score: orNull(item.maxScore),
    marked_na: markedNa,
    comments: orNull(item.comments),
  };
}

/** The option whose text the answer is, where it is the only one. Of several that were ticked, none is the answer. */
function optionOf(asked: TemplateItem | undefined, { agentResponse }: Item) {
  if (asked?.type === 'multipleSelectQuestion') return undefined;
  const [option, ...others] = (asked?.answers ?? []).filter(({ text }) => text === agentResponse);
  return others.length > 0 ? undefined : option;
}
