import type { SurveyAnswerGroup, SurveyState } from '../../organisation/organisation.js';
import type { SurveyForm } from '../../organisation/vendorModels.js';
import { surveyError } from '../../organisation/surveyState.js';
import { formatInstant } from '../../common/instants.js';

/** The survey read by id. Its form comes without questions: they are read by the id of the form. */
export function renderSurvey(survey: SurveyState, form: SurveyForm) {
  return {
    id: survey.id,
    name: survey.formName,
    conversation: { id: survey.conversationId, selfUri: `/api/v2/conversations/${survey.conversationId}` },
    surveyForm: renderSurveyForm(form, false),
    agent: { id: survey.agent.id, name: survey.agent.name, selfUri: `/api/v2/users/${survey.agent.id}` },
    status: survey.status,
    ...(survey.queue === undefined
      ? {}
      : { queue: { id: survey.queue.id, selfUri: `/api/v2/routing/queues/${survey.queue.id}` } }),
    ...(survey.completedDate === undefined
      ? {}
      : { completedDate: formatInstant(survey.completedDate), answers: renderAnswers(survey) }),
    ...(survey.status === 'Error' ? { surveyErrorDetails: { surveyErrorReason: surveyError } } : {}),
    agentTeam: {
      id: survey.team.id,
      name: survey.team.name,
      division: { id: survey.team.divisionId },
      selfUri: `/api/v2/teams/${survey.team.id}`,
    },
    surveyType: survey.type,
    missingRequiredAnswer: false,
    selfUri: `/api/v2/quality/surveys/${survey.id}`,
  };
}

/** A version of the survey form. */
export function renderSurveyForm({ questionGroups, ...fields }: SurveyForm, questions: boolean) {
  return {
    ...fields,
    ...(questions ? { questionGroups } : {}),
    redacted: false,
    selfUri: `/api/v2/quality/forms/surveys/${fields.id}`,
  };
}

function renderAnswers({ totalScore, npsScore, groups }: SurveyState) {
  return {
    ...(totalScore === undefined ? {} : { totalScore }),
    ...(npsScore === undefined ? {} : { npsScore }),
    questionGroupScores: groups.map(renderGroup),
  };
}

function renderGroup({ id, questions }: SurveyAnswerGroup) {
  const rated = questions.filter(({ score }) => score !== undefined);
  return {
    questionGroupId: id,
    totalScore: rated.reduce((sum, { score }) => sum + (score ?? 0), 0),
    maxTotalScore: rated.reduce((sum, { maxScore }) => sum + (maxScore ?? 0), 0),
    markedNA: false,
    systemMarkedNA: false,
    questionScores: questions.map(({ id: questionId, markedNA, answerId, score, npsScore, freeText }) => ({
      questionId,
      markedNA,
      systemMarkedNA: false,
      ...(answerId === undefined ? {} : { answerId }),
      ...(score === undefined ? {} : { score }),
      ...(npsScore === undefined ? {} : { npsScore }),
      ...(freeText === undefined ? {} : { freeTextAnswer: freeText }),
    })),
  };
}
