import {
  setCurrentDetails,
  setHandler,
  defineQuery,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { HeldList, HeldSelection } from '../activities/contracts.js';
import type { Interval } from '../model/interval.js';
import { activityStubs } from './activityStubs.js';
import type { StreamSettings } from './exportRun.js';
import { controllable } from './control.js';
import { loadListedRecords, recordsPerListedBatch } from './loadListed.js';
import { rereadByWindows } from './rereadByWindows.js';
import { searchAttributes } from './searchAttributes.js';
import { addTotals, changedRows, noTotals, type Totals } from './totals.js';

export interface ReextractFormInput {
  connection: string;
  stream: string;
  selection: HeldSelection;
  /** Only counts what would be read. */
  dryRun: boolean;
  settings: StreamSettings;
}

export interface ReextractFormResult {
  v: 1;
  connection: string;
  stream: string;
  dryRun: boolean;
  /** Evaluations read again; in a dry run those that would be. */
  asked: number;
  /** Windows that they are read again with; null where they are read by id. */
  windows: number | null;
  changed: number;
  unchanged: number;
  gone: number;
  redacted: number;
  /** Pages that could not be used. */
  quarantined: number;
  /** Evaluations whose answers could not be used: they stay as they were. */
  unusable: number;
  /** Evaluations asked for by id that the warehouse does not hold: export the span they were submitted in. */
  notHeld: string[];
  byForm: HeldList['byForm'];
  requests: number;
  rows: Totals['rows'];
  notes: string[];
}

export const reextractProgressQuery = defineQuery<ReextractFormResult>('progress');

/**
 * Reads evaluations again that the warehouse holds, whatever their dates say, and loads them: those of a form, of one
 * of its versions, or a list. The mark of the stream is not touched. Doing it twice changes nothing. Where records come
 * as files, the days of their submissions are read again.
 */
export async function reextractForm(input: ReextractFormInput): Promise<ReextractFormResult> {
  const { connection, stream, selection, dryRun, settings } = input;
  const { runId, startTime } = workflowInfo();
  const result: ReextractFormResult = {
    v: 1,
    ...{ connection, stream, dryRun },
    ...{ asked: 0, windows: null, changed: 0, unchanged: 0 },
    ...{ gone: 0, redacted: 0, quarantined: 0, unusable: 0 },
    ...{ notHeld: [], byForm: [], requests: 0, rows: {}, notes: [] },
  };
  setHandler(reextractProgressQuery, () => result, {
    description: 'Evaluations asked for, changed, unchanged and gone so far',
  });

  let child: string | null = null;
  const control = controllable(() => (child === null ? [] : [child]));
  const { priority, outageTolerance, jobs } = settings;
  const activities = activityStubs(priority, outageTolerance);
  const windowDirectory = `${connection}/${stream}/reextract/${runId}`;
  const now = startTime.toISOString();
  const window: Interval = selection.submitted ?? { start: now, end: now };
  const list = await activities.warehouse.listHeld.executeWithOptions({ summary: selectionText(selection) }, [
    {
      connection,
      stream,
      window,
      windowDirectory,
      selection,
      recordsPerBatch: recordsPerListedBatch,
      // Only counted where nothing is read by id.
      dryRun: dryRun || jobs !== undefined,
    },
  ]);
  Object.assign(result, { asked: list.asked, byForm: list.byForm, notHeld: list.notHeld });
  show(input, result);

  const started = async (childId: string) => {
    await control.pausePoint();
    child = childId;
  };
  if (jobs !== undefined) {
    const reread = { connection, stream, selection, directory: windowDirectory, dryRun, settings };
    const { notes, ...counts } = await rereadByWindows(
      activities,
      reread,
      ({ rows, redacted, requests, quarantined, notes: noted }) => {
        Object.assign(result, { rows, redacted, requests, quarantined, notes: noted });
        show(input, result);
      },
      started,
    );
    Object.assign(result, { ...counts, notes: [...notes, ...result.notes] });
    show(input, result);
    return result;
  }
  const totals = noTotals();
  await loadListedRecords(
    {
      ...{ connection, stream, window, directory: windowDirectory, list, label: 'batches' },
      settings: { priority, outageTolerance },
    },
    (loaded) => {
      addTotals(totals, loaded);
      count(result, totals);
      show(input, result);
    },
    started,
  );
  return result;
}

function count(result: ReextractFormResult, totals: Totals): void {
  const { rows, gone, redacted, requests, quarantined, unusable, notes } = totals;
  const read = rows['evaluations'] ?? { staged: 0, inserted: 0, updated: 0, softDeleted: 0 };
  const changed = read.inserted + read.updated;
  Object.assign(result, { rows, gone, redacted, requests, quarantined, unusable, notes });
  Object.assign(result, { changed, unchanged: read.staged - changed });
}

function show({ connection, stream, selection }: ReextractFormInput, result: ReextractFormResult): void {
  upsertSearchAttributes([{ key: searchAttributes.rows, value: changedRows(result.rows) }]);
  setCurrentDetails(
    [
      `### Re-extraction: ${connection} / ${stream}, ${selectionText(selection)}`,
      ...(result.dryRun ? ['> Dry run: nothing is read.'] : []),
      '',
      '| asked | changed | unchanged | gone | hidden | requests |',
      '|---:|---:|---:|---:|---:|---:|',
      `| ${result.asked} | ${result.changed} | ${result.unchanged} | ${result.gone} | ${result.redacted} ` +
        `| ${result.requests} |`,
      '',
      '| form version | evaluations |',
      '|---|---:|',
      ...result.byForm.map(({ formId, evaluations }) => `| ${formId ?? 'none'} | ${evaluations} |`),
      ...(result.notHeld.length > 0
        ? ['', `- ${result.notHeld.length} of the evaluations asked for are not in the warehouse.`]
        : []),
      ...result.notes.map((note) => `- ${note}`),
    ].join('\n'),
  );
}

/** What is read again, for people. */
function selectionText({ formContextId, formId, evaluationIds, submitted }: HeldSelection): string {
  return [
    ...(formContextId === undefined ? [] : [`form ${formContextId}`]),
    ...(formId === undefined ? [] : [`form version ${formId}`]),
    ...(evaluationIds === undefined ? [] : [`${evaluationIds.length} evaluations`]),
    ...(submitted === undefined ? [] : [`submitted ${submitted.start} to ${submitted.end}`]),
  ].join(', ');
}
