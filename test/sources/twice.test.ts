/** Ids that rows are kept by: a vendor that names one twice is refused with the place, before anything is loaded. */
import { expect, it } from 'vitest';
import type { ZodType } from 'zod';
import * as cxoneGuide from '../../sources/cxone/guide/schemas.js';
import * as guide from '../../sources/genesys/guide/schemas.js';
import * as published from '../../sources/genesys/published/schemas.js';
import { surveySchema } from '../../sources/genesys/published/surveySchemas.js';

const scored = (...groups: [id: string, questions: string[]][]) => ({
  questionGroupScores: groups.map(([questionGroupId, questions]) => ({
    questionGroupId,
    questionScores: questions.map((questionId) => ({ questionId })),
  })),
});
const withIds = (...ids: string[]) => ids.map((id) => ({ id }));
const asked = (...ids: string[]) => ids.map((questionId) => ({ questionId, weight: 1 }));
const evaluation = { id: 'e', status: 'FINISHED' };
const guided = { ...evaluation, interactionId: 'c', dateModified: '2026-09-01T00:00:00Z' };
const form = { id: 'f', name: 'Form' };
const version = { ...form, formId: 'f', version: 1 };
const cxone = { id: 'a', createdAt: '2026-09-01T00:00:00Z', updatedAt: '2026-09-01T00:00:00Z' };
const rubric = { ...form, version: 1 };
const items = (...sections: string[][]) => ({
  sections: sections.map((ids, index) => ({ id: `s${index}`, items: withIds(...ids) })),
});

it.each<[string, ZodType, (twice: boolean) => object, string]>([
  [
    'a question of an evaluation',
    published.evaluationSchema,
    (twice) => ({ ...evaluation, answers: scored(['g', ['q']], ['h', [twice ? 'q' : 'r']]) }),
    'answers.questionGroupScores: the question q is there twice',
  ],
  [
    'a group of an evaluation',
    published.evaluationSchema,
    (twice) => ({ ...evaluation, answers: scored(['g', ['q']], [twice ? 'g' : 'h', ['r']]) }),
    'answers.questionGroupScores: the group g is there twice',
  ],
  [
    'a question of a survey',
    surveySchema,
    (twice) => ({ ...evaluation, answers: scored(['g', ['q', twice ? 'q' : 'r']]) }),
    'answers.questionGroupScores: the question q is there twice',
  ],
  [
    'a question of a form',
    published.formSchema,
    (twice) => ({
      ...form,
      questionGroups: [
        { id: 'g', questions: withIds('q') },
        { id: 'h', questions: [{ id: 'm', multipleSelectOptionQuestions: withIds(twice ? 'q' : 'r') }] },
      ],
    }),
    'questionGroups: the question q is there twice',
  ],
  [
    'an option of a form',
    published.formSchema,
    (twice) => ({
      ...form,
      questionGroups: [{ id: 'g', questions: [{ id: 'q', answerOptions: withIds('o', twice ? 'o' : 'p') }] }],
    }),
    'questionGroups.0.questions.0.answerOptions: the option o is there twice',
  ],
  [
    'an item of an evaluation (guide)',
    guide.evaluationSchema,
    (twice) => ({ ...guided, ...items(['q'], [twice ? 'q' : 'r']) }),
    'sections: the item q is there twice',
  ],
  [
    'an item of a template (guide)',
    guide.templateSchema,
    (twice) => ({ ...rubric, ...items(['q'], [twice ? 'q' : 'r']) }),
    'sections: the item q is there twice',
  ],
  [
    'a question of an assessment (guide)',
    guide.assessmentSchema,
    (twice) => ({ ...guided, status: 'submitted', questions: withIds('q', twice ? 'q' : 'r') }),
    'questions: the question q is there twice',
  ],
  [
    'a question of a form version (guide)',
    guide.formVersionSchema,
    (twice) => ({ ...version, weightDistribution: asked('q', twice ? 'q' : 'r') }),
    'weightDistribution: the question q is there twice',
  ],
  [
    'a question of an assessment (CXone)',
    cxoneGuide.assessmentSchema,
    (twice) => ({ ...cxone, answers: asked('q', twice ? 'q' : 'r') }),
    'answers: the question q is there twice',
  ],
  [
    'a question of a rubric (CXone)',
    cxoneGuide.rubricSchema,
    (twice) => ({
      ...rubric,
      questions: withIds('q', twice ? 'q' : 'r').map((each) => ({ ...each, weight: 1 })),
    }),
    'questions: the question q is there twice',
  ],
])('%s', (_, schema, body, said) => {
  expect(schema.safeParse(body(false)).error).toBeUndefined();
  const issues = schema.safeParse(body(true)).error?.issues ?? [];
  expect(issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([said]);
});
