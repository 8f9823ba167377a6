import { contentHash } from '../../../model/contentHash.js';
import type { CanonicalRows } from '../../../model/tables.js';
import { formRows, type FormStructure } from '../../rows/formRows.js';
import { orNull } from '../../rows/parse.js';
import { silentForm } from '../../rows/silent.js';
import type { MappingContext, SourceForm } from '../../source.js';
import { parseQuestion } from './fields.js';
import { groupWeight, maxScoreOf } from './mapQuestions.js';
import { formStampOf } from './mapScorecard.js';
import { silentFormQuestion } from './notCarried.js';
import { placedQuestions } from './placedQuestions.js';
import type { PreparedForm } from './prepared.js';
import { questionTypeOf } from './vocabulary.js';

/** One form version as far as the questions of a window show it. */
export function mapForm(source: SourceForm, context: MappingContext): CanonicalRows {
  const form = source.body as PreparedForm;
  const questions = questionsOf(form);
  const columns = {
    ...silentForm,
    form_context_id: form.contextId,
    name: form.name,
    form_version: formStampOf(form.version),
    structure_hash: contentHash({ form: form.name, version: form.version }, ...questions),
  };
  // Options come as one text, whose form is not said.
  return formRows('cxone', source, form.formId, columns, { questions, options: [] }, context);
}

function questionsOf({ contextId, formId, questions }: PreparedForm): FormStructure['questions'] {
  return placedQuestions(questions).map((place) => {
    const question = parseQuestion(place.row, `form ${formId}`);
    return {
      ...silentFormQuestion,
      question_id: place.questionId,
      question_context_id: place.questionContextId,
      form_context_id: contextId,
      question_group_id: place.sectionId,
      group_context_id: place.sectionId,
      group_name: orNull(question.sectiontitle),
      group_index: place.sectionIndex,
      group_weight: groupWeight,
      question_index: place.index,
      text: orNull(question.questiontitle),
      type: questionTypeOf(question.questiontype),
      max_score: maxScoreOf(question),
      is_kill: orNull(question.critical),
    };
  });
}
