import { contentHash } from '../../../model/contentHash.js';
import type { CanonicalRows } from '../../../model/tables.js';
import type { MappingContext, SourceForm } from '../../source.js';
import { stamps } from '../published/mapAnswers.js';
import { orNull, parseBody } from '../published/parse.js';
import { silentFormQuestion, unnamedGroup } from './notCarried.js';
import { formVersionSchema, type FormVersion } from './schemas.js';

const parsed = new WeakMap<SourceForm, FormVersion>();

/** Checks a form version once, however many assessments were made with it. */
export function parseFormVersion(source: SourceForm): FormVersion {
  let version = parsed.get(source);
  if (version === undefined) {
    version = parseBody(formVersionSchema, source.body, `form version ${source.formId}`);
    parsed.set(source, version);
  }
  return version;
}

/** The version's number as a stamp that sorts as text. */
export const versionStamp = ({ version }: FormVersion): string => String(version).padStart(8, '0');

/** One form version with the weights of its questions; the contract gives it neither texts nor groups. */
export function mapFormVersion(source: SourceForm, context: MappingContext): CanonicalRows {
  const version = parseFormVersion(source);
  const stamped = { ...stamps({ ...context, extractedAt: source.extractedAt }), form_id: version.id };
  const questions = questionsOf(version);
  const row = {
    ...stamped,
    form_context_id: version.formId,
    name: version.name,
    form_version: versionStamp(version),
    is_published: null,
    weight_mode: null,
    structure_hash: formVersionHash(source),
    division_id: null,
    modified_at: null,
    raw: JSON.stringify(source.body),
    // It does not change and has no date.
    change_stamp: source.extractedAt,
  };
  return {
    forms: [{ ...row, content_hash: contentHash(row) }],
    form_questions: questions.map((question) => ({ ...stamped, ...question })),
  };
}

/** SHA-256 over weights and points. */
export function formVersionHash(source: SourceForm): string {
  const version = parseFormVersion(source);
  const { name, weightDistribution } = version;
  return contentHash(
    { form: name, version: version.version },
    ...weightDistribution.map(({ questionId, weight, maxScore }) => ({
      question_id: questionId,
      weight,
      max_score: orNull(maxScore),
    })),
  );
}

function questionsOf({ formId, weightDistribution }: FormVersion) {
  return weightDistribution.map(({ questionId, weight, maxScore }, index) => ({
    ...silentFormQuestion,
    question_id: questionId,
    form_context_id: formId,
    question_group_id: unnamedGroup,
    group_name: null,
    group_index: 0,
    group_weight: weight,
    question_index: index,
    text: null,
    type: null,
    max_score: orNull(maxScore),
  }));
}
