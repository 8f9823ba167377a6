/** Joins the files of a window into pages, in memory that does not depend on their size. */
import { stat } from 'node:fs/promises';
import type { ExtractedFile, KeepPrepared, ShapedWindow } from '../../extractionJobs.js';
import { checkHeaders, type CsvRow, type Entities, type EntityKind } from './columns.js';
import { readCsv } from './csvRows.js';
import { EmptyFiles } from './emptyFiles.js';
import { FormsSeen } from './formsSeen.js';
import { joinRows, lacksQuestions, type DatedRow } from './joinedWorkflow.js';
import { formName } from './prepared.js';
import { PageWriter } from './pageWriter.js';
import { Spill, type SpilledRow } from './spill.js';
import { ShapeNotes } from './shapeNotes.js';

/** A file with its header row. */
interface OpenFile {
  kind: EntityKind;
  of: ExtractedFile;
  headers: readonly string[];
  /** Without that of headers. */
  rows: number;
}

/** @throws TidemarkError SchemaMismatch naming the file and what is wrong with it, also where it is empty and should not be */
export async function shapeFiles(
  files: readonly ExtractedFile[],
  entities: Entities,
  keep: KeepPrepared,
  signal: AbortSignal,
): Promise<ShapedWindow> {
  const sizes = await Promise.all(files.map(async ({ path }) => (await stat(path)).size));
  const spill = await Spill.open(sizes.reduce((sum, size) => sum + size, 0));
  try {
    const notes = new ShapeNotes();
    const opened: OpenFile[] = [];
    for (const file of files) opened.push(await setDown(file, opened.length, entities, spill, notes, signal));
    return await joinParts(spill, opened, keep, notes, signal);
  } finally {
    await spill.close();
  }
}

/** Sets the rows of a file down by their workflows. */
async function setDown(
  of: ExtractedFile,
  file: number,
  entities: Entities,
  spill: Spill,
  notes: ShapeNotes,
  signal: AbortSignal,
): Promise<OpenFile> {
  const { job, path } = of;
  const kind: EntityKind = job.entity === entities.workflows.name ? 'workflows' : 'questions';
  const opened: OpenFile = { kind, of, headers: [], rows: 0 };
  let idColumn = -1;
  await readCsv(
    path,
    job.name,
    (values) => {
      if (idColumn !== -1) {
        opened.rows += 1;
        return spill.add(values[idColumn]?.trim() ?? '', { kind, file, values });
      }
      const { headers, workflowIdAt, unknown } = checkHeaders(kind, values, job.name);
      opened.headers = headers;
      idColumn = workflowIdAt;
      notes.unknownColumns(job.entity, unknown);
      return undefined;
    },
    signal,
  );
  return opened;
}

async function joinParts(
  spill: Spill,
  files: readonly OpenFile[],
  keep: KeepPrepared,
  notes: ShapeNotes,
  signal: AbortSignal,
): Promise<ShapedWindow> {
  const pages = new PageWriter(keep);
  const forms = new FormsSeen();
  const empty = new EmptyFiles(files);
  for await (const workflows of spill.workflows()) {
    for (const [id, rows] of workflows) {
      signal.throwIfAborted();
      const of = (kind: EntityKind) =>
        rows.filter((row) => row.kind === kind).map((row) => dated(row, files));
      const questions = of('questions');
      const { joined, orphans, isAmbiguous } = joinRows(id, of('workflows'), questions);
      notes.joined(joined, orphans.length, isAmbiguous);
      if (orphans.length > 0) await pages.addOrphans(orphans);
      if (joined === null) {
        for (const { row } of questions) empty.orphaned(row);
        continue;
      }
      if (lacksQuestions(joined)) empty.unanswered(joined.workflow);
      await pages.add(joined);
      forms.add(joined);
    }
  }
  empty.check();
  const written = await pages.finish();
  const newest =
    files
      .map(({ of }) => of.extractedAt)
      .sort()
      .at(-1) ?? '';
  for (const form of forms.prepared(newest)) await keep(formName(form.formId), form, form.questions.length);
  return { ...written, notes: notes.texts() };
}

function dated({ file, values }: SpilledRow, files: readonly OpenFile[]): DatedRow {
  const { headers = [], of } = files[file] ?? {};
  const row: Record<string, string> = {};
  for (const [column, header] of headers.entries()) {
    const text = values[column];
    if (text !== undefined && text !== '') row[header] = text;
  }
  return { row: row as CsvRow, extractedAt: of?.extractedAt ?? '' };
}
