/** The survey form of the organisation and its versions. */
import type { Identifiers } from './identifiers.js';
import type { SurveyForm, SurveyQuestion, SurveyQuestionGroup } from './vendorModels.js';

const leadBeforeSpan = 90 * 86_400_000;
/** When the versions are published, as shares of the organisation's span; 0 means before it. */
const publications = [0, 0.5] as const;

const satisfaction = [
  'Very dissatisfied',
  'Dissatisfied',
  'Neither satisfied nor dissatisfied',
  'Satisfied',
  'Very satisfied',
];

/** What is asked: from which version on, in which group, and as what. */
const asked: readonly {
  since: number;
  group: number;
  type: SurveyQuestion['type'];
  text: (version: number) => string;
}[] = [
  {
    since: 0,
    group: 0,
    type: 'multipleChoiceQuestion',
    text: (version) =>
      version === 0
        ? 'How satisfied are you with our service?'
        : 'How satisfied are you with the way we handled your concern?',
  },
  {
    since: 1,
    group: 0,
    type: 'multipleChoiceQuestion',
    text: () => 'How satisfied are you with the time it took?',
  },
  {
    since: 0,
    group: 1,
    type: 'npsQuestion',
    text: () => 'How likely are you to recommend us to a friend or colleague?',
  },
  { since: 0, group: 1, type: 'freeTextQuestion', text: () => 'What is the main reason for your answer?' },
];
const groupNames = ['Satisfaction', 'Recommendation'];

export class SurveyForms {
  private readonly versions: { form: SurveyForm; at: number }[];

  constructor(
    ids: Identifiers,
    span: { from: number; to: number },
    private readonly division: { id: string; name: string },
  ) {
    this.versions = publications.map((share, version) => {
      const at =
        share === 0 ? span.from - leadBeforeSpan : Math.floor(span.from + share * (span.to - span.from));
      return { form: this.build(ids, version, at), at };
    });
  }

  /** Versions published by a time, oldest first. */
  published(now: number): SurveyForm[] {
    return this.versions.filter(({ at }) => at <= now).map(({ form }) => form);
  }

  /** The version that was current at a time. */
  currentAt(time: number): SurveyForm {
    const current = this.published(time).at(-1) ?? this.versions[0]?.form;
    if (current === undefined) throw new RangeError('There is no survey form.');
    return current;
  }

  private build(ids: Identifiers, version: number, publishedAt: number): SurveyForm {
    return {
      id: ids.id('surveyForm', 0, version),
      contextId: ids.id('surveyFormContext', 0),
      name: version === 0 ? 'Customer survey' : `Customer survey v${version + 1}`,
      modifiedDate: new Date(publishedAt).toISOString(),
      published: true,
      disabled: false,
      language: 'en-US',
      header: 'Thank you for contacting us.',
      footer: '',
      division: this.division,
      questionGroups: groupNames.map((name, group): SurveyQuestionGroup => ({
        id: ids.id('surveyGroup', group, version),
        contextId: ids.id('surveyGroupContext', group),
        name,
        type: 'questionGroup',
        naEnabled: false,
        questions: asked.flatMap((question, place) =>
          question.group === group && question.since <= version ? [buildQuestion(ids, place, version)] : [],
        ),
      })),
    };
  }
}

function buildQuestion(ids: Identifiers, place: number, version: number): SurveyQuestion {
  const question = asked[place];
  if (question === undefined) throw new RangeError(`The survey form asks nothing at place ${place}.`);
  const { type } = question;
  return {
    id: ids.id('surveyQuestion', place, version),
    contextId: ids.id('surveyQuestionContext', place),
    text: question.text(version),
    helpText: '',
    type,
    naEnabled: type === 'multipleChoiceQuestion',
    answerOptions:
      type === 'multipleChoiceQuestion'
        ? satisfaction.map((text, option) => ({
            id: ids.id('surveyOption', place * 8 + option, version),
            contextId: ids.id('surveyOptionContext', place * 8 + option),
            text,
            value: option + 1,
          }))
        : [],
    ...(type === 'freeTextQuestion' ? { maxResponseCharacters: 4_000 } : {}),
  };
}
