import { analyticsMediaType } from '../../organisation/mediaTypes.js';
import type { SurveyAnswer, SurveyAnswerGroup, SurveyState } from '../../organisation/organisation.js';
import { dimensionOf } from './analyticsVocabulary.js';
import type { DimensionReader } from '../../common/filters.js';
import { formatInstant } from '../../common/instants.js';

/** The survey as a part of a conversation in the analytics: whole scores, flat ids. */
export function analyticsSurvey(survey: SurveyState) {
  return {
    eventTime: formatInstant(survey.eventTime),
    ...(survey.queue === undefined ? {} : { queueId: survey.queue.id }),
    ...(survey.completedDate === undefined
      ? {}
      : { surveyCompletedDate: formatInstant(survey.completedDate) }),
    surveyFormContextId: survey.formContextId,
    surveyFormId: survey.formId,
    surveyFormName: survey.formName,
    surveyId: survey.id,
    surveyPartialResponse: false,
    ...(survey.npsScore === undefined ? {} : { surveyPromoterScore: survey.npsScore }),
    surveyStatus: survey.status,
    surveyType: survey.type,
    userId: survey.agent.id,
    ...(survey.totalScore === undefined ? {} : { oSurveyTotalScore: Math.round(survey.totalScore) }),
  };
}

/** What of a survey is looked at: the whole, a group of its questions, or one of them. */
export interface SurveyPart {
  group?: SurveyAnswerGroup;
  question?: SurveyAnswer;
}

/** Reads the dimensions that aggregates group and filter by. */
export function surveyDimensions(survey: SurveyState, { group, question }: SurveyPart = {}): DimensionReader {
  const known = analyticsSurvey(survey);
  return (dimension) => {
    switch (dimension) {
      case 'conversationId':
        return survey.conversationId;
      case 'divisionId':
        return survey.divisionIds;
      case 'mediaType':
        return analyticsMediaType(survey.mediaType);
      case 'teamId':
        return survey.team.id;
      case 'surveyCreatedDate':
        return formatInstant(survey.createdDate);
      case 'surveyErrorReason':
        return survey.status === 'Error' ? 'InvalidExternalContact' : undefined;
      case 'surveyQuestionGroupId':
        return group?.id;
      case 'surveyQuestionId':
        return question?.id;
      case 'surveyAnswerId':
        return question?.answerId;
      default:
        return dimensionOf(known, dimension);
    }
  };
}
