/** Which form a workflow was scored on, and where its questions stand in it. Pure. */
import type { NormalRow } from './fields.js';

/** A version of a form. Files name no id of it: the form's and the number make one. */
export interface FormVersion {
  /** `<form>/<version>`. */
  formId: string;
  contextId: string;
  name: string;
  version: string;
}

/** Null where the files do not name the form or its version. */
export function formVersionOf(workflow: NormalRow, questions: readonly NormalRow[]): FormVersion | null {
  const asked = questions.find(({ formid }) => formid !== undefined);
  const name = workflow['formname'] ?? asked?.['formname'];
  // Only questions have the form's id.
  const contextId = asked?.['formid'] ?? (name === undefined ? undefined : `name:${name}`);
  const version = workflow['formversion'] ?? asked?.['formversion'];
  if (contextId === undefined || version === undefined) return null;
  return { formId: `${contextId}/${version}`, contextId, name: name ?? contextId, version };
}

export interface PlacedQuestion<R> {
  row: R;
  /** Unique within the form. */
  questionId: string;
  /** The id as the vendor has it: the same in every version. */
  questionContextId: string;
  sectionId: string;
  /** Of the section in the form, and of the question in the section, from 0. */
  sectionIndex: number;
  index: number;
}

const byNumber = new Intl.Collator('en', { numeric: true });

/** Questions in the order of the form. One that stands in several sections has an id for each of them. */
export function placedQuestions<R extends NormalRow>(rows: readonly R[]): PlacedQuestion<R>[] {
  const ordered = [...rows].sort(
    (a, b) =>
      byNumber.compare(a['questionnumber'] ?? '', b['questionnumber'] ?? '') ||
      compare(questionOf(a), questionOf(b)) ||
      compare(sectionOf(a), sectionOf(b)),
  );
  const sections = new Map<string, R[]>();
  const sectionsOf = new Map<string, Set<string>>();
  for (const row of ordered) {
    const section = sectionOf(row);
    sections.set(section, [...(sections.get(section) ?? []), row]);
    sectionsOf.set(questionOf(row), (sectionsOf.get(questionOf(row)) ?? new Set()).add(section));
  }
  return [...sections].flatMap(([sectionId, questions], sectionIndex) =>
    questions.map((row, index) => {
      const id = questionOf(row);
      const isShared = (sectionsOf.get(id)?.size ?? 0) > 1;
      const questionId = isShared ? `${sectionId}/${id}` : id;
      return { row, questionId, questionContextId: id, sectionId, sectionIndex, index };
    }),
  );
}

const questionOf = (row: NormalRow): string => row['questionid'] ?? '';
const sectionOf = (row: NormalRow): string => row['sectionid'] ?? '';
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
