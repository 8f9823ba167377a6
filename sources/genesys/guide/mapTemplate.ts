import { contentHash } from '../../../model/contentHash.js';
import type { CanonicalRows } from '../../../model/tables.js';
import type { MappingContext, SourceForm } from '../../source.js';
import { formRows, type FormStructure } from '../../rows/formRows.js';
import { oncePerForm } from '../../rows/oncePerForm.js';
import { orNull } from '../../rows/parse.js';
import { versionStamp } from '../../rows/versionStamp.js';
import { silentFormQuestion, silentSettings } from '../../rows/silent.js';
import { pinTemplate } from './pinnedTemplate.js';
import type { Template } from './schemas.js';

/** One template with its questions and options. */
export function mapTemplate(source: SourceForm, context: MappingContext): CanonicalRows {
  const { template } = pinTemplate(source);
  const columns = {
    form_context_id: null,
    name: template.name,
    // Edited in place, a template keeps its date, and counts.
    form_version: versionStamp(template.version),
    is_published: null,
    weight_mode: null,
    ...silentSettings,
    structure_hash: structureHash(source),
    division_id: null,
    modified_at: orNull(template.dateModified),
  };
  return formRows('genesys', source, template.id, columns, structureOf(template), context);
}

/**
 * SHA-256 over weights, points, questions and options, and the version that grows when they are edited under the same
 * id: whoever made rows with another one has to read them again.
 */
export const structureHash = oncePerForm((source) => {
  const { template } = pinTemplate(source);
  const { questions, options } = structureOf(template);
  const weights = (template.sections ?? []).flatMap(({ items }) =>
    (items ?? []).map(({ id, weight }) => ({ question_id: id, weight: orNull(weight) })),
  );
  return contentHash(
    { form: template.name, version: template.version },
    ...questions,
    ...options,
    ...weights,
  );
});

function structureOf(template: Template): FormStructure {
  const questions: FormStructure['questions'] = [];
  const options: FormStructure['options'] = [];
  for (const [groupIndex, section] of (template.sections ?? []).entries()) {
    for (const [index, item] of (section.items ?? []).entries()) {
      questions.push({
        ...silentFormQuestion,
        question_id: item.id,
        form_context_id: null,
        question_group_id: section.id,
        group_name: orNull(section.name),
        group_index: groupIndex,
        group_weight: orNull(section.weight),
        question_index: index,
        text: orNull(item.questionText),
        type: orNull(item.type),
        max_score: orNull(item.maxScore),
      });
      for (const [optionIndex, option] of (item.answers ?? []).entries()) {
        options.push({
          question_id: item.id,
          answer_id: option.id,
          answer_context_id: null,
          option_index: optionIndex,
          text: orNull(option.text),
          value: orNull(option.value),
          built_in_type: null,
        });
      }
    }
  }
  return { questions, options };
}
