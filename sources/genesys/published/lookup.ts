/** Reads by id: the only answers that the vendor promises to be whole. */
import { TidemarkError } from '../../../model/errors.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, Lookup, RecordReference, SourcePage, SourceRecord } from '../../source.js';
import { checkLocator } from '../checkLocator.js';
import { isAboutDivisions, orHidden } from './hiddenRecord.js';
import { mapEvaluation } from './mapEvaluation.js';
import { canonical, referencesOf, toRecord } from './records.js';
import { calibrationSchema, shownEvaluationSchema, type Evaluation } from './schemas.js';

export async function lookup(
  api: ApiClient,
  reference: RecordReference,
  context: CallContext,
): Promise<Lookup> {
  checkLocator(reference);
  return orHidden(
    reference,
    reference.kind === 'evaluation'
      ? lookupEvaluation(api, reference, context)
      : lookupCalibration(api, reference, context),
  );
}

async function readEvaluation(
  api: ApiClient,
  reference: Pick<RecordReference, 'id' | 'locator'>,
  context: CallContext,
) {
  return api.find(
    {
      method: 'GET',
      path: `/api/v2/quality/conversations/${encodeURIComponent(reference.locator)}/evaluations/${encodeURIComponent(reference.id)}`,
      template: '/api/v2/quality/conversations/{conversationId}/evaluations/{evaluationId}',
      schema: shownEvaluationSchema,
      repeatable: true,
    },
    context,
  );
}

async function lookupEvaluation(
  api: ApiClient,
  reference: RecordReference,
  context: CallContext,
): Promise<Lookup> {
  const { data, raw, receivedAt } = await readEvaluation(api, reference, context);
  if (data === null) return { outcome: 'gone', reference, extractedAt: receivedAt };
  if (data.redacted === true) return { outcome: 'redacted', reference };
  const isAutomated = reference.isAutomated ?? submittedBySystem(data);
  return {
    outcome: 'found',
    record: toRecord(data, raw, isAutomated, receivedAt),
    references: referencesOf(data),
  };
}

/**
 * A read by id does not say who submitted an evaluation, only lists do. A finished one without an evaluator is the
 * system's; one with an evaluator is a person's.
 */
function submittedBySystem(evaluation: Evaluation): boolean | null {
  if (evaluation.evaluator) return false;
  return evaluation.submittedDate ? true : null;
}

async function lookupCalibration(
  api: ApiClient,
  reference: RecordReference,
  context: CallContext,
): Promise<Lookup> {
  const { data, raw, receivedAt } = await api.find(
    {
      method: 'GET',
      path: `/api/v2/quality/calibrations/${encodeURIComponent(reference.id)}`,
      query: { conversationId: reference.locator },
      schema: calibrationSchema,
      repeatable: true,
    },
    context,
  );
  if (data === null) return { outcome: 'gone', reference, extractedAt: receivedAt };
  return {
    outcome: 'found',
    record: {
      kind: 'calibration',
      id: data.id,
      locator: reference.locator,
      conversationId: reference.locator,
      // A calibration has no time of change of its own; what it was read for is at least as new.
      changeStamp: latest(data.createdDate ? canonical(data.createdDate) : '', reference.changedAt),
      formId: data.evaluationForm?.id ?? null,
      isAutomated: null,
      extractedAt: receivedAt,
      body: raw,
    },
    references: [],
  };
}

const latest = (a: string, b: string) => (a > b ? a : b);

/** Records of a page that are read by id, one after the other, until one of them tells. */
const samples = 3;

/**
 * Whether a page says all that is loaded of a read by id; always the same records of a page are checked.
 * Null when none of them tells: without answers, or gone or changed since the list was read.
 */
export async function answersMatch(
  api: ApiClient,
  page: SourcePage,
  context: CallContext,
): Promise<boolean | null> {
  const scored = page.records
    .filter(
      ({ kind, locator, body }) => kind === 'evaluation' && locator !== '' && (body as Evaluation).answers,
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const sample of scored.slice(0, samples)) {
    const { data, raw } = await readSample(api, sample, context);
    if (data === null || data.redacted === true) continue;
    if (toRecord(data, raw, null, '').changeStamp !== sample.changeStamp) continue;
    return loadedKey(sample) === loadedKey({ ...sample, body: raw });
  }
  return null;
}

/** One that cannot be used, or is hidden since, tells nothing about lists. */
async function readSample(...[api, sample, context]: Parameters<typeof readEvaluation>) {
  try {
    return await readEvaluation(api, sample, context);
  } catch (error) {
    const tellsNothing =
      isAboutDivisions(error) || (error instanceof TidemarkError && error.kind === 'SchemaMismatch');
    if (tellsNothing) return { data: null, raw: null };
    throw error;
  }
}

/**
 * What would be loaded, in a form in which equal content is equal text. The answers as they came count, too: which
 * options were ticked is not in the rows without the form.
 */
function loadedKey(record: SourceRecord): string {
  const rows = mapEvaluation(record, undefined, { connection: '', batchId: '' });
  const [row] = rows.calibration_evaluations ?? rows.evaluations ?? [];
  const answers = (record.body as Evaluation).answers?.questionGroupScores ?? [];
  return JSON.stringify([row?.content_hash, sorted(answers)]);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, part]) => [key, sorted(part)]),
    );
  }
  return value;
}
