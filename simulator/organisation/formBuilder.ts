/** Evaluation forms: their questions, and what changes from version to version. */
import type { Identifiers } from './identifiers.js';
import { pickFrom, randomStream } from './random.js';
import type { AnswerOption, EvaluationForm, Question, QuestionGroup, QuestionType } from './vendorModels.js';

const formNames = ['Inbound service', 'Sales conversation', 'Claims handling', 'Digital messaging'] as const;
export const formCount = formNames.length;

const groupNames = ['Opening', 'Compliance', 'Understanding', 'Resolution', 'Closing'];
const subjects = [
  'greets the customer',
  'verifies identity',
  'reads the disclosure',
  'listens actively',
  'names the next step',
  'avoids jargon',
  'offers an alternative',
  'confirms the outcome',
  'updates the record',
  'thanks the customer',
];
const scales: readonly (readonly [string, number][])[] = [
  [
    ['Yes', 1],
    ['No', 0],
  ],
  [
    ['Fully', 2],
    ['Partly', 1],
    ['Not at all', 0],
  ],
  [
    ['Excellent', 5],
    ['Good', 4],
    ['Fair', 2],
    ['Poor', 0],
  ],
];
const questionsPerGroup = 6;

/** Position of a question in every version: its context id never changes. */
interface Place {
  context: number;
  group: number;
  question: number;
}

/**
 * Builds one version of a form. Ids of groups, questions and options belong to the version; their context ids stay.
 * Each later version has other weights, one reworded question, one option with another value, and from the second
 * on one question more or less.
 */
export function buildForm(
  ids: Identifiers,
  seed: number,
  context: number,
  version: number,
  publishedAt: number,
  division: { id: string; name: string },
): EvaluationForm {
  return {
    id: ids.id('form', context, version),
    contextId: ids.id('formContext', context),
    name: version === 0 ? (formNames[context] ?? '') : `${formNames[context]} v${version + 1}`,
    modifiedDate: new Date(publishedAt).toISOString(),
    published: true,
    weightMode: context % 2 === 0 ? 'SCALED' : 'OFF',
    division,
    questionGroups: groupNames.map((name, group) => buildGroup(ids, seed, context, version, group, name)),
    evaluationSettings: {
      revisionsEnabled: context !== 3,
      disputesEnabled: true,
      disputesAllowedPerEvaluation: 5,
    },
    fatalZeroesTotal: context === 1,
  };
}

/** Questions that every evaluation answers, by group and position: their best options gain a point in an edit. */
const revalued: readonly (readonly [group: number, question: number])[] = [
  [0, 0],
  [3, 1],
];

/**
 * The same version after somebody changed it in place: its groups swap weights in turn, some options gain a point.
 * Ids, order and date stay, so that the answers given on it stay valid, and no two edits give the same form.
 */
export function editForm(form: EvaluationForm): EvaluationForm {
  const weights = form.questionGroups.map(({ weight }) => weight);
  return {
    ...form,
    questionGroups: form.questionGroups.map((group, index) => ({
      ...group,
      weight: weights[(index + 1) % weights.length] ?? group.weight,
      questions: group.questions.map((question, position) =>
        revalued.some((place) => place[0] === index && place[1] === position)
          ? { ...question, answerOptions: withBetterBest(question.answerOptions) }
          : question,
      ),
    })),
  };
}

function withBetterBest([best, ...others]: readonly AnswerOption[]): AnswerOption[] {
  return best === undefined ? [] : [{ ...best, value: best.value + 1 }, ...others];
}

function buildGroup(
  ids: Identifiers,
  seed: number,
  context: number,
  version: number,
  group: number,
  name: string,
): QuestionGroup {
  const weights = [20, 30, 15, 25, 10];
  const dropped = version >= 1 && group === 2 ? 1 : 0;
  const added = version >= 2 && group === 3 ? 1 : 0;
  const count = questionsPerGroup - dropped + added;
  return {
    id: ids.id('group', context * 64 + group, version),
    contextId: ids.id('groupContext', context * 64 + group),
    name,
    type: 'questionGroup',
    naEnabled: group === 4,
    weight: (weights[group] ?? 10) + version * (group === 0 ? 5 : group === 1 ? -5 : 0),
    manualWeight: true,
    questions: Array.from({ length: count }, (_, question) =>
      buildQuestion(ids, seed, version, { context, group, question }),
    ),
  };
}

function typeAt({ group, question }: Place): QuestionType {
  if (group === 2 && question === 1) return 'multipleSelectQuestion';
  if (group === 4 && question === 4) return 'freeTextQuestion';
  if (group === 4 && question === 3) return 'npsQuestion';
  if (group === 1 && question === 0) return 'readOnlyTextBlockQuestion';
  return 'multipleChoiceQuestion';
}

function buildQuestion(ids: Identifiers, seed: number, version: number, place: Place): Question {
  const { group, question } = place;
  const random = randomStream(seed ^ Math.imul(placeIndex(place) + 1, 0x9e3779b1));
  const type = typeAt(place);
  const subject = pickFrom(subjects, random());
  const reworded = version > 0 && group === 0 && question === version % questionsPerGroup;
  const scored = type === 'multipleChoiceQuestion';
  return {
    id: ids.id('question', placeIndex(place), version),
    contextId: ids.id('questionContext', placeIndex(place)),
    text: `${type === 'readOnlyTextBlockQuestion' ? 'Note: check that the agent' : 'The agent'} ${subject}${reworded ? ' in the words of the guideline' : ''} (${group + 1}.${question + 1})`,
    helpText: `Listen for the moment in which the agent ${subject}.`,
    type,
    naEnabled: scored && question % 3 === 2,
    commentsRequired: scored && group === 1 && question === 2,
    isKill: scored && group === 1 && question === 2,
    isCritical: scored && (group === 1 || (group === 3 && question === 0)),
    answerOptions: scored ? scaleOptions(ids, place, version, pickFrom(scales, random())) : [],
    ...(type === 'multipleSelectQuestion'
      ? { multipleSelectOptionQuestions: selectOptions(ids, place, version) }
      : {}),
    ...(group === 3 && question === 2
      ? {
          visibilityCondition: {
            combiningOperation: 'AND' as const,
            predicates: ['/form/questionGroup/0/question/1/answer/0'],
          },
        }
      : {}),
  };
}

function scaleOptions(
  ids: Identifiers,
  place: Place,
  version: number,
  scale: readonly (readonly [string, number])[],
): AnswerOption[] {
  return scale.map(([text, value], option) => ({
    id: ids.id('option', placeIndex(place) * 16 + option, version),
    contextId: ids.id('optionContext', placeIndex(place) * 16 + option),
    text,
    // The best option of one question is worth more in every later version.
    value: value + (option === 0 && place.group === 3 && place.question === 1 ? version : 0),
  }));
}

function selectOptions(ids: Identifiers, place: Place, version: number): Question[] {
  return ['Phone', 'Mail', 'Chat'].map((text, position) => {
    const index = placeIndex(place) * 16 + 8 + position;
    return {
      id: ids.id('question', 0x10_0000 + index, version),
      contextId: ids.id('questionContext', 0x10_0000 + index),
      text: `Offers ${text.toLowerCase()}`,
      helpText: '',
      type: 'multipleChoiceQuestion',
      naEnabled: false,
      commentsRequired: false,
      isKill: false,
      isCritical: false,
      answerOptions: (['Selected', 'Unselected'] as const).map((builtInType, option) => ({
        id: ids.id('option', 0x10_0000 + index * 2 + option, version),
        contextId: ids.id('optionContext', 0x10_0000 + index * 2 + option),
        text: builtInType,
        value: builtInType === 'Selected' ? 1 : 0,
        builtInType,
      })),
    };
  });
}

function placeIndex({ context, group, question }: Place): number {
  return (context * 16 + group) * 32 + question;
}
