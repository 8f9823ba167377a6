import { effectiveWeight, maxPoints } from '../../../organisation/score.js';
import type { EvaluationForm } from '../../../organisation/vendorModels.js';
import { notFound } from '../../../common/apiError.js';
import type { GuideCall, GuideOperation } from '../call.js';

/** A form version under its two names: the template of evaluations, and the form version of assessments. */
export const templates: readonly GuideOperation[] = [
  {
    method: 'GET',
    path: '/api/v2/quality/templates/{evaluationTemplateId}',
    scope: 'quality:template:read',
    handle: (call) => {
      const form = formOf(call, 'evaluationTemplateId', 'template');
      return {
        id: form.id,
        name: form.name,
        version: 1 + call.api.organisation.formEdits(form.id),
        dateModified: form.modifiedDate,
        sections: form.questionGroups.map((group) => ({
          id: group.id,
          name: group.name,
          weight: effectiveWeight(form, group),
          items: group.questions.map((question) => ({
            id: question.id,
            questionText: question.text,
            type: question.type,
            weight: effectiveWeight(form, group),
            maxScore: maxPoints(question),
            answers:
              (question.multipleSelectOptionQuestions ?? []).length > 0
                ? (question.multipleSelectOptionQuestions ?? []).map((option) => ({
                    id: option.id,
                    text: option.text,
                    value: maxPoints(option),
                  }))
                : question.answerOptions.map(({ id, text, value }) => ({ id, text, value })),
          })),
        })),
      };
    },
  },
  {
    method: 'GET',
    path: '/api/v2/quality/formversions/{formVersionId}',
    scope: 'quality:assessment:read',
    handle: (call) => {
      const form = formOf(call, 'formVersionId', 'formVersion');
      const weightDistribution = weightsOf(form);
      const versions = call.api.organisation.formVersions(form.contextId);
      return {
        id: form.id,
        formId: form.contextId,
        name: form.name,
        version: 1 + versions.findIndex(({ id }) => id === form.id),
        maxPossibleScore: weightDistribution.reduce(
          (sum, { weight, maxScore }) => sum + weight * maxScore,
          0,
        ),
        weightDistribution,
      };
    },
  },
];

function formOf(call: GuideCall, parameter: string, entityName: string): EvaluationForm {
  call.parameters([]);
  const form = call.api.organisation.formVersion(call.path(parameter));
  if (form === undefined) throw notFound(entityName, call.path(parameter));
  return form;
}

/** Questions that give points, with what they weigh. */
function weightsOf(form: EvaluationForm) {
  return form.questionGroups.flatMap((group) =>
    group.questions.flatMap((question) => {
      const maxScore = maxPoints(question);
      return maxScore === null
        ? []
        : [{ questionId: question.id, weight: effectiveWeight(form, group), maxScore }];
    }),
  );
}
