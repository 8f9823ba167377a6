/** Files without a row where those beside them prove that there should be some. */
import { TidemarkError } from '../../../model/errors.js';
import { toMillis } from '../../../model/interval.js';
import type { ExtractedFile } from '../../extractionJobs.js';
import type { CsvRow, EntityKind } from './columns.js';
import { momentIn, normalRow } from './fields.js';

interface FileRows {
  kind: EntityKind;
  of: ExtractedFile;
  rows: number;
}

/** What has no counterpart where a file of this kind is empty. */
const unmatched: Record<EntityKind, string> = {
  workflows: 'rows of questions',
  questions: 'workflows with points',
};

/** So long after a submission the vendor's files may not show it. */
const lag = 30 * 60_000;

/**
 * Taken for what there is, an empty file of questions would delete the answers that are loaded, and an empty one of
 * workflows would close a window of which nothing was loaded.
 */
export class EmptyFiles {
  private readonly missed = new Map<FileRows, number>();

  constructor(private readonly files: readonly FileRows[]) {}

  /** A workflow that came without the questions it should have. */
  unanswered(workflow: CsvRow): void {
    this.miss('questions', normalRow(workflow)['submissiondate']);
  }

  /** A row of a question whose workflow did not come. */
  orphaned(question: CsvRow): void {
    this.miss('workflows', normalRow(question)['evaluationsubmissiondate']);
  }

  /** @throws TidemarkError SchemaMismatch: the next attempt asks for all files of the window anew */
  check(): void {
    const [first] = this.missed;
    if (first === undefined) return;
    const [{ kind, of }, count] = first;
    throw new TidemarkError(
      'SchemaMismatch',
      `The file ${of.job.name} has no rows, though ${count} ${unmatched[kind]} of its days came: nothing of the window is loaded.`,
      {
        remedy:
          'The next run asks NICE for the files anew; if it stays, compare role and views of the user with what the ' +
          'Evaluation Details report shows.',
      },
    );
  }

  /** Only where every file that the counterpart could stand in is empty. */
  private miss(kind: EntityKind, submissionDate = ''): void {
    const submittedAt = momentIn(submissionDate.trim());
    const those = this.files.filter((file) => file.kind === kind);
    // Files may hold a day more than they are of, and questions need not say when they were submitted.
    const ofItsDay = those.filter(({ of }) => submittedAt !== null && isOf(of, submittedAt));
    const candidates = ofItsDay.length > 0 ? ofItsDay : those;
    const [first] = candidates;
    if (first === undefined || candidates.some(({ rows }) => rows > 0)) return;
    const since = submittedAt === null ? -Infinity : toMillis(submittedAt);
    if (candidates.some(({ of }) => toMillis(of.extractedAt) - since < lag)) return;
    this.missed.set(first, (this.missed.get(first) ?? 0) + 1);
  }
}

function isOf({ job }: ExtractedFile, submittedAt: string): boolean {
  const date = submittedAt.slice(0, 10);
  return job.startDate <= date && date <= job.endDate;
}
