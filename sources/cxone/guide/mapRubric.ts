import { contentHash } from '../../../model/contentHash.js';
import type { CanonicalRows } from '../../../model/tables.js';
import { formRows, type FormStructure } from '../../rows/formRows.js';
import { oncePerForm } from '../../rows/oncePerForm.js';
import { orNull, parseBody } from '../../rows/parse.js';
import { silentForm, silentFormQuestion } from '../../rows/silent.js';
import { versionStamp } from '../../rows/versionStamp.js';
import type { MappingContext, SourceForm } from '../../source.js';
import { rubricSchema, type Rubric } from './schemas.js';

export type RubricQuestion = Rubric['questions'][number];

export interface PinnedRubric {
  rubric: Rubric;
  /** Of this version, sortable. */
  stamp: string;
  /** By id, with their places. */
  questions: ReadonlyMap<string, PlacedQuestion>;
}

interface PlacedQuestion {
  question: RubricQuestion;
  /** Of the section, and of the question in it; from 0. */
  groupIndex: number;
  index: number;
}

/** Checks a rubric and prepares it for mapping, once, however many assessments were scored on it. */
export const pinRubric = oncePerForm((source): PinnedRubric => {
  const rubric = parseBody(rubricSchema, source.body, `rubric ${source.formId}`);
  return { rubric, stamp: versionStamp(rubric.version), questions: placesOf(rubric) };
});

/** A section is a title and nothing else: what has the same one stands together. */
function placesOf({ questions }: Rubric): Map<string, PlacedQuestion> {
  const sizes = new Map<string, number>();
  const places = new Map<string, PlacedQuestion>();
  for (const question of questions) {
    const group = groupIdOf(question);
    const index = sizes.get(group) ?? 0;
    sizes.set(group, index + 1);
    places.set(question.id, { question, groupIndex: [...sizes.keys()].indexOf(group), index });
  }
  return places;
}

/** Sections have no ids; the column takes no null. */
export const groupIdOf = (question: RubricQuestion | undefined): string => question?.section ?? '';

/** One rubric with the weights of its questions. */
export function mapRubric(source: SourceForm, context: MappingContext): CanonicalRows {
  const { rubric, stamp } = pinRubric(source);
  const columns = {
    ...silentForm,
    form_context_id: null,
    name: rubric.name,
    form_version: stamp,
    structure_hash: rubricHash(source),
  };
  const structure = { questions: questionsOf(source), options: [] };
  return formRows('cxone', source, rubric.id, columns, structure, context);
}

/** SHA-256 over questions, weights and points. */
export const rubricHash = oncePerForm((source) => {
  const { rubric } = pinRubric(source);
  return contentHash({ form: rubric.name, version: rubric.version }, ...questionsOf(source));
});

function questionsOf(source: SourceForm): FormStructure['questions'] {
  return [...pinRubric(source).questions.values()].map(({ question, groupIndex, index }) => ({
    ...silentFormQuestion,
    question_id: question.id,
    form_context_id: null,
    question_group_id: groupIdOf(question),
    group_name: orNull(question.section),
    group_index: groupIndex,
    // Here each question has a weight of its own.
    group_weight: question.weight,
    question_index: index,
    text: orNull(question.text),
    type: null,
    max_score: orNull(question.maxScore),
  }));
}
