/** All rows of one workflow, of whatever files and in whatever order, made one. Pure. */
import { normalHeader, type CsvRow } from './columns.js';
import { momentIn, normalRow } from './fields.js';

/** A row with the time of the file that it came in. */
export interface DatedRow {
  row: CsvRow;
  /** ISO 8601 UTC. */
  extractedAt: string;
}

/** A workflow with its questions, texts by header as they came. */
export interface JoinedWorkflow {
  workflow: CsvRow;
  questions: CsvRow[];
  /** That of the earlier of the two files: what is held is at least as new. */
  extractedAt: string;
}

export interface Join {
  /** Null where no file has the workflow itself. */
  joined: JoinedWorkflow | null;
  /** Rows of questions that no workflow of the files belongs to. */
  orphans: CsvRow[];
  /** The workflow came several times, with contents that differ. */
  isAmbiguous: boolean;
}

/**
 * The newest row of the workflow, by its last update and then by its file; and the questions of the newest file that
 * has any, each once.
 */
export function joinRows(
  workflowId: string,
  workflows: readonly DatedRow[],
  questions: readonly DatedRow[],
): Join {
  const newest = greatest(workflows, ({ row, extractedAt }) => [
    momentIn(normalRow(row)['lastupdated'] ?? '') ?? '',
    extractedAt,
    JSON.stringify(row),
  ]);
  // Without an id of its own nothing can be loaded.
  if (newest === undefined || workflowId === '') {
    return { joined: null, orphans: [...workflows, ...questions].map(({ row }) => row), isAmbiguous: false };
  }
  const askedAt = greatest(questions, ({ extractedAt }) => [extractedAt])?.extractedAt;
  const asked = questions.filter(({ extractedAt }) => extractedAt === askedAt);
  return {
    joined: {
      workflow: newest.row,
      questions: onePerPlace(asked.map(({ row }) => row)),
      extractedAt: askedAt === undefined || newest.extractedAt < askedAt ? newest.extractedAt : askedAt,
    },
    orphans: [],
    isAmbiguous: new Set(workflows.map(({ row }) => JSON.stringify(row))).size > 1,
  };
}

/**
 * Whether a workflow came without any question though it should have some. Points tell: they are made of those of its
 * questions, and forms without any give none.
 */
export function lacksQuestions({ workflow, questions }: JoinedWorkflow): boolean {
  if (questions.length > 0) return false;
  const row = normalRow(workflow);
  const points = [row['maximumpossiblescore'], row['score'], row['scorepercentage']];
  return points.some((text) => Number(text) > 0) && normalHeader(row['workflowstatus'] ?? '') === 'completed';
}

/** A file may repeat a row; of two that differ one is taken, the same in any order. */
function onePerPlace(rows: readonly CsvRow[]): CsvRow[] {
  const byPlace = new Map<string, CsvRow>();
  for (const row of rows) {
    const { sectionid = '', questionid = '' } = normalRow(row);
    const place = JSON.stringify([sectionid, questionid]);
    const known = byPlace.get(place);
    // Written out only where a row is repeated: there are millions of them.
    if (known === undefined || JSON.stringify(row) > JSON.stringify(known)) byPlace.set(place, row);
  }
  return [...byPlace].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function greatest<T>(all: readonly T[], rank: (each: T) => readonly string[]): T | undefined {
  let best: { each: T; rank: readonly string[] } | undefined;
  for (const each of all) {
    const own = rank(each);
    if (best === undefined || isAbove(own, best.rank)) best = { each, rank: own };
  }
  return best?.each;
}

function isAbove(a: readonly string[], b: readonly string[]): boolean {
  const place = a.findIndex((text, index) => text !== b[index]);
  return place !== -1 && (a[place] ?? '') > (b[place] ?? '');
}
