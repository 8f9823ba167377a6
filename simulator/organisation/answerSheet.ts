/** What an evaluator (or the virtual one) ticks: chosen at random, but always the same for the same evaluation. */
import type { ChosenAnswer } from './organisation.js';
import { pickFrom, randomStream } from './random.js';
import type { EvaluationForm, Question } from './vendorModels.js';

const remarks = [
  'Clear and friendly; the customer thanked the agent twice.',
  'Missed the disclosure at the start, then made up for it. – see 02:14',
  'Good pace. Could have offered the callback earlier.',
  'The agent said "I don’t know" instead of looking it up 🤷',
  'Kundin war zufrieden, Ablauf korrekt.',
];

export interface AnswerSheet {
  chosen: ChosenAnswer[];
  naGroups: Set<string>;
  comments: string | undefined;
  privateComments: string | undefined;
}

/** @param skill from 0 to 1: how likely the best option is */
export function fillSheet(
  form: EvaluationForm,
  seed: number,
  skill: number,
  automated: boolean,
): AnswerSheet {
  const random = randomStream(seed);
  const chosen: ChosenAnswer[] = [];
  const naGroups = new Set<string>();
  for (const group of form.questionGroups) {
    if (group.naEnabled && random() < 0.02) naGroups.add(group.id);
    for (const question of group.questions) {
      const answer = answerQuestion(question, random, skill, automated);
      if (answer !== undefined) chosen.push(answer);
    }
  }
  hideByCondition(form, chosen);
  return {
    chosen,
    naGroups,
    comments: random() < 0.6 ? pickFrom(remarks, random()) : undefined,
    privateComments: random() < 0.1 ? `For the coach: ${pickFrom(remarks, random())}` : undefined,
  };
}

function answerQuestion(
  question: Question,
  random: () => number,
  skill: number,
  automated: boolean,
): ChosenAnswer | undefined {
  const [luck, remark, notApplicable, aiDiffers] = [random(), random(), random(), random()];
  const base = {
    questionId: question.id,
    markedNA: question.naEnabled && notApplicable < 0.05,
    systemMarkedNA: false,
  };
  switch (question.type) {
    case 'readOnlyTextBlockQuestion':
      return undefined;
    case 'freeTextQuestion':
      return { ...base, comments: pickFrom(remarks, remark) };
    case 'npsQuestion':
      return { ...base, comments: `${Math.floor(luck * 11)}` };
    case 'multipleSelectQuestion':
      return {
        ...base,
        options: (question.multipleSelectOptionQuestions ?? []).map((option) => ({
          questionId: option.id,
          answerId: pickFrom(option.answerOptions, random() < skill ? 0 : 0.99).id,
        })),
      };
    default: {
      const option = pickFrom(question.answerOptions, luck < skill ? 0 : (luck - skill) / (1 - skill + 1e-9));
      return {
        ...base,
        ...(base.markedNA ? {} : { answerId: option.id }),
        ...(remark < 0.15 || question.commentsRequired ? { comments: pickFrom(remarks, luck) } : {}),
        ...(automated
          ? {
              aiAnswer: {
                ...(base.markedNA
                  ? {}
                  : {
                      answerId:
                        aiDiffers < 0.1 ? pickFrom(question.answerOptions, aiDiffers * 10).id : option.id,
                    }),
                markedNotApplicable: base.markedNA,
                explanation: `The transcript shows that the agent ${luck < skill ? 'did' : 'did not do'} this.`,
              },
            }
          : {}),
      };
    }
  }
}

/** Questions whose condition is not met are not applicable by system. Conditions name options by position. */
function hideByCondition(form: EvaluationForm, chosen: ChosenAnswer[]): void {
  const answers = new Map(chosen.map((answer) => [answer.questionId, answer]));
  for (const group of form.questionGroups) {
    for (const question of group.questions) {
      const answer = answers.get(question.id);
      if (question.visibilityCondition === undefined || answer === undefined) continue;
      const met = question.visibilityCondition.predicates.every((predicate) =>
        isMet(form, predicate, answers),
      );
      if (met) continue;
      answer.systemMarkedNA = true;
      delete answer.answerId;
    }
  }
}

function isMet(form: EvaluationForm, predicate: string, answers: ReadonlyMap<string, ChosenAnswer>): boolean {
  const match = /^\/form\/questionGroup\/(\d+)\/question\/(\d+)\/answer\/(\d+)$/.exec(predicate);
  if (match === null) return true;
  const question = form.questionGroups[Number(match[1])]?.questions[Number(match[2])];
  const wanted = question?.answerOptions[Number(match[3])]?.id;
  return question !== undefined && wanted !== undefined && answers.get(question.id)?.answerId === wanted;
}
