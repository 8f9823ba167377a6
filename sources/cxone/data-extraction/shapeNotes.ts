import { isDeleted, normalRow } from './fields.js';
import type { JoinedWorkflow } from './joinedWorkflow.js';

/** Counts what is odd about the files of a window, and says it for people. */
export class ShapeNotes {
  private readonly columns = new Map<string, Set<string>>();
  private orphans = 0;
  private ambiguous = 0;
  private workflows = 0;
  private unanswered = 0;

  unknownColumns(entity: string, unknown: readonly string[]): void {
    this.columns.set(entity, new Set([...(this.columns.get(entity) ?? []), ...unknown]));
  }

  joined(joined: JoinedWorkflow | null, orphans: number, isAmbiguous: boolean): void {
    this.orphans += orphans;
    if (isAmbiguous) this.ambiguous += 1;
    if (joined === null) return;
    this.workflows += 1;
    const status = normalRow(joined.workflow)['workflowstatus'] ?? '';
    if (joined.questions.length === 0 && !isDeleted(status)) this.unanswered += 1;
  }

  texts(): string[] {
    return [
      ...[...this.columns].flatMap(([entity, unknown]) =>
        unknown.size === 0
          ? []
          : [
              `${entity} has columns that are not known, kept in raw only: ${[...unknown].sort().join(', ')}.`,
            ],
      ),
      ...(this.orphans > 0
        ? [`${this.orphans} rows belong to no workflow of the window; they were not loaded.`]
        : []),
      ...(this.ambiguous > 0
        ? [`${this.ambiguous} workflows came more than once with different contents; the newest was taken.`]
        : []),
      ...(this.unanswered > 0
        ? [`${this.unanswered} of ${this.workflows} workflows came without any question.`]
        : []),
    ];
  }
}
