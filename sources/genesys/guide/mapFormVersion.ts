import { contentHash } from '../../../model/contentHash.js';
import type { CanonicalRows } from '../../../model/tables.js';
import type { MappingContext, SourceForm } from '../../source.js';
import { formRows, type FormStructure } from '../../rows/formRows.js';
import { oncePerForm } from '../../rows/oncePerForm.js';
import { orNull, parseBody } from '../../rows/parse.js';
import { versionStamp } from '../../rows/versionStamp.js';
import { silentForm, silentFormQuestion } from '../../rows/silent.js';
import { unnamedGroup } from './notCarried.js';
import { formVersionSchema, type FormVersion } from './schemas.js';

/** Checks a form version once, however many assessments were made with it. */
export const parseFormVersion = oncePerForm((source): FormVersion =>
  parseBody(formVersionSchema, source.body, `form version ${source.formId}`),
);

/** One form version with the weights of its questions; the contract gives it neither texts nor groups. */
export function mapFormVersion(source: SourceForm, context: MappingContext): CanonicalRows {
  const version = parseFormVersion(source);
  const columns = {
    ...silentForm,
    form_context_id: version.formId,
    name: version.name,
    form_version: versionStamp(version.version),
    structure_hash: formVersionHash(source),
  };
  return formRows(
    'genesys',
    source,
    version.id,
    columns,
    { questions: questionsOf(version), options: [] },
    context,
  );
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

function questionsOf({ formId, weightDistribution }: FormVersion): FormStructure['questions'] {
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
