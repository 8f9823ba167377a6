/** Pages of a window as the shaping of its files has left them. */
import { TidemarkError } from '../../../model/errors.js';
import { readBeside } from '../../lists/besidePage.js';
import type {
  CallContext,
  Cursor,
  RecordReference,
  SourceForm,
  SourcePage,
  SourceRecord,
} from '../../source.js';
import { normalRow } from './fields.js';
import { formName, pageName, type PreparedForm, type PreparedPage } from './prepared.js';
import { readRecord, recordOf } from './records.js';

export const firstPage: Cursor = { page: 1 };

const numberOf = ({ page }: Cursor): number => {
  if (typeof page === 'number' && Number.isInteger(page) && page > 0) return page;
  throw new TidemarkError('InvalidRequest', `A cursor names the page ${String(page)}, which is none.`, {
    remedy: 'It was written by another version: start the window anew.',
  });
};

export const describePage = (cursor: Cursor): string => `page ${numberOf(cursor)} of its files`;

async function preparedPage(number: number, { prepared }: CallContext): Promise<PreparedPage> {
  const page = (await prepared?.(pageName(number))) as PreparedPage | undefined;
  if (page !== undefined) return page;
  throw new TidemarkError('InvalidRequest', `Page ${number} of the window's files is not in staging.`, {
    remedy: 'Its files expired or were removed: start the window anew.',
  });
}

export async function readPage(cursor: Cursor, context: CallContext): Promise<SourcePage> {
  const number = numberOf(cursor);
  const page = await preparedPage(number, context);
  return readBeside(page, async () => {
    const read = page.records.map((each) => readRecord(each, number));
    return {
      records: read.flatMap((each) => ('record' in each ? [each.record] : [])),
      references: read.flatMap((each) => ('reference' in each ? [each.reference] : [])),
      redacted: [],
      next: behind(cursor, page),
    };
  });
}

/** A workflow that a page only referred to, as it is there. */
export async function readAgain(
  { id, locator }: RecordReference,
  context: CallContext,
): Promise<SourceRecord | undefined> {
  if (locator === '') return undefined;
  const { records } = await lastPage(Number(locator), context);
  const joined = records.find(({ workflow }) => normalRow(workflow)['workflowid'] === id);
  return joined === undefined ? undefined : recordOf(joined);
}

/** Workflows of one page are asked for one after the other: it is taken out of staging once. */
const lastPages = new WeakMap<CallContext, { number: number; page: Promise<PreparedPage> }>();

async function lastPage(number: number, context: CallContext): Promise<PreparedPage> {
  const last = lastPages.get(context);
  if (last?.number === number) return last.page;
  const page = preparedPage(number, context);
  lastPages.set(context, { number, page });
  return page;
}

/** Behind a page that cannot be used. */
export const skipPage = (cursor: Cursor, body: unknown): Cursor | null =>
  behind(cursor, body as PreparedPage);

const behind = (cursor: Cursor, { isLast }: PreparedPage): Cursor | null =>
  isLast ? null : { page: numberOf(cursor) + 1 };

/** Forms that workflows of the window were scored on; there are no others to read. */
export async function readForms(ids: readonly string[], { prepared }: CallContext): Promise<SourceForm[]> {
  const forms: SourceForm[] = [];
  for (const formId of ids) {
    const form = (await prepared?.(formName(formId))) as PreparedForm | undefined;
    if (form !== undefined) forms.push({ formId, extractedAt: form.extractedAt, body: form });
  }
  return forms;
}
