/**
 * The rows of a workflow as a record keeps them. Each question repeats some twenty columns of its evaluation: what all
 * of them say stands once, or a warehouse would hold them thirty times. Nothing is lost but empty fields, which are
 * absent by contract. Pure.
 */
import type { CsvRow } from './columns.js';

export interface WorkflowBody {
  workflow: CsvRow;
  /** What all questions have in common. */
  shared: CsvRow;
  questions: CsvRow[];
}

export function bodyOf(workflow: CsvRow, questions: readonly CsvRow[]): WorkflowBody {
  const [first = {}, ...others] = questions;
  const shared = Object.fromEntries(
    Object.entries(first).filter(
      ([header, text]) => text !== '' && others.every((question) => question[header] === text),
    ),
  );
  const own = (question: CsvRow) =>
    Object.fromEntries(
      Object.entries(question).filter(([header, text]) => text !== '' && !Object.hasOwn(shared, header)),
    );
  return { workflow, shared, questions: questions.map(own) };
}

/** The rows of questions, each with all it says. */
export const questionsIn = ({ shared, questions }: WorkflowBody): CsvRow[] =>
  questions.map((question) => ({ ...shared, ...question }));
