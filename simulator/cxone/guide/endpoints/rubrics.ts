import { notFound } from '../../../common/apiError.js';
import { effectiveWeight, maxPoints } from '../../../organisation/score.js';
import { formNumber } from '../../formNumber.js';
import type { CxoneGuideOperation } from '../call.js';
import { readScope } from '../scopes.js';

/** A form version as a rubric: its questions and what they weigh. */
export const rubrics: readonly CxoneGuideOperation[] = [
  {
    method: 'GET',
    path: '/api/v2/quality/rubrics/{rubricId}',
    scope: readScope,
    handle: ({ api, path, parameters }) => {
      parameters([]);
      const form = api.organisation.formVersion(path('rubricId'));
      if (form === undefined) throw notFound('rubric', path('rubricId'));
      return {
        id: form.id,
        name: form.name,
        version: formNumber(form, api.organisation),
        questions: form.questionGroups.flatMap((group) =>
          group.questions.map((question) => ({
            id: question.id,
            text: question.text,
            section: group.name,
            weight: effectiveWeight(form, group),
            maxScore: maxPoints(question),
          })),
        ),
      };
    },
  },
];
