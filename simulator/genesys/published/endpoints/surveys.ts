import { visibility, type SurveyState } from '../../../organisation/organisation.js';
import { notFound } from '../../../common/apiError.js';
import type { Call, Handlers } from '../call.js';
import { pageOf } from '../listing.js';
import { renderSurvey, renderSurveyForm } from '../renderSurvey.js';

const maxIds = 100;

/** Surveys one by one and their forms: the vendor lists no surveys. */
export const surveys: Handlers = {
  getQualitySurvey: (call) => {
    const survey = call.api.organisation.survey(call.path('surveyId'));
    if (survey === undefined || visibility(survey, call.viewer) === 'hidden')
      throw notFound('survey', call.path('surveyId'));
    return render(call, survey);
  },

  getQualityConversationSurveys: (call) => {
    const conversation = call.api.organisation.conversation(call.path('conversationId'));
    if (conversation === undefined || visibility(conversation, call.viewer) === 'hidden')
      throw notFound('conversation', call.path('conversationId'));
    return call.api.organisation.surveysOfConversation(conversation.id).map((survey) => render(call, survey));
  },

  getQualityFormsSurvey: ({ api, path }) => {
    const form = api.organisation.surveyForm(path('formId'));
    if (form === undefined) throw notFound('surveyForm', path('formId'));
    return renderSurveyForm(form, true);
  },

  getQualityFormsSurveysBulk: (call) => {
    const ids = call.query.boundedList('id', maxIds);
    const found = ids.flatMap((id) => call.api.organisation.surveyForm(id) ?? []);
    return pageOf(
      call.listing({ size: ids.length, number: 1 }),
      found.map((form) => renderSurveyForm(form, true)),
    );
  },
};

function render({ api }: Call, survey: SurveyState) {
  const form = api.organisation.surveyForm(survey.formId);
  if (form === undefined) throw new Error(`survey ${survey.id} has a form that is not published yet`);
  return renderSurvey(survey, form);
}
