/** The forms of a drawn organisation: versions with ids of their own, some that are never loaded, some without ids over versions. */
import type { Row } from '../../../model/tables.js';
import { sampleRow } from '../../support/sampleRows.js';

const mine = { connection: 'acme', source_system: 'genesys' } as const;

export interface Version {
  formId: string;
  contextId: string | null;
  name: string;
  version: string;
  /** Whether the warehouse gets to know it. */
  isLoaded: boolean;
}

export const versions: Version[] = [
  { formId: 'f1-v1', contextId: 'f1', name: 'Service', version: '2026-01', isLoaded: true },
  { formId: 'f1-v2', contextId: 'f1', name: 'Service 2', version: '2026-02', isLoaded: true },
  { formId: 'f1-v3', contextId: 'f1', name: 'Service 3', version: '2026-03', isLoaded: false },
  { formId: 'f2-v1', contextId: 'f2', name: 'Sales', version: '2026-01', isLoaded: false },
  { formId: 'f3-a', contextId: null, name: 'Rubric', version: '2026-01', isLoaded: true },
  { formId: 'f3-b', contextId: null, name: 'Rubric', version: '2026-02', isLoaded: false },
];

/** Questions that every version has; ids are those of a version, and the last has no id over versions. */
export const questions = [
  { name: 'q1', group: 'g1', points: 4, hasContext: true },
  { name: 'q2', group: 'g1', points: 5, hasContext: true },
  { name: 'q3', group: 'g2', points: 0, hasContext: true },
  { name: 'q4', group: 'g2', points: null, hasContext: true },
  { name: 'q5', group: 'g2', points: 8, hasContext: false },
];

export const textOf = (name: string, { name: form }: Version) => `${name} of ${form}`;
export const contextOf = (name: string, { contextId }: Version, hasContext = true) =>
  contextId === null || !hasContext ? null : `${contextId}-${name}`;

export function formRows(): { forms: Row<'forms'>[]; questions: Row<'form_questions'>[] } {
  const loaded = versions.filter(({ isLoaded }) => isLoaded);
  return {
    forms: loaded.map((version) =>
      sampleRow('forms', {
        ...mine,
        form_id: version.formId,
        form_context_id: version.contextId,
        name: version.name,
        form_version: version.version,
        structure_hash: `structure of ${version.formId}`,
      }),
    ),
    questions: loaded.flatMap((version) =>
      questions.map(({ name, group, points, hasContext }, index) =>
        sampleRow('form_questions', {
          ...mine,
          form_id: version.formId,
          form_context_id: version.contextId,
          question_id: `${version.formId}-${name}`,
          question_context_id: contextOf(name, version, hasContext),
          parent_question_id: null,
          question_group_id: `${version.formId}-${group}`,
          group_context_id: contextOf(group, version),
          group_name: textOf(group, version),
          group_index: Number(group.slice(1)),
          question_index: index,
          text: textOf(name, version),
          max_score: points,
        }),
      ),
    ),
  };
}
