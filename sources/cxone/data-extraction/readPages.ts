/** Pages of a window as the shaping of its files has left them. */
import { TidemarkError } from '../../../model/errors.js';
import { readBeside } from '../../lists/besidePage.js';
import type { CallContext, Cursor, SourceForm, SourcePage } from '../../source.js';
import { formName, pageName, type PreparedForm, type PreparedPage } from './prepared.js';
import { readRecord } from './records.js';

export const firstPage: Cursor = { page: 1 };

const numberOf = ({ page }: Cursor): number => {
  if (typeof page === 'number' && Number.isInteger(page) && page > 0) return page;
  throw new TidemarkError('InvalidRequest', `A cursor names the page ${String(page)}, which is none.`, {
    remedy: 'It was written by another version: start the window anew.',
  });
};

export const describePage = (cursor: Cursor): string => `page ${numberOf(cursor)} of its files`;

export async function readPage(cursor: Cursor, { prepared }: CallContext): Promise<SourcePage> {
  const number = numberOf(cursor);
  const page = (await prepared?.(pageName(number))) as PreparedPage | undefined;
  if (page === undefined) {
    throw new TidemarkError('InvalidRequest', `Page ${number} of the window's files is not in staging.`, {
      remedy: 'Its files expired or were removed: start the window anew.',
    });
  }
  return readBeside(page, async () => {
    const read = page.records.map(readRecord);
    return {
      records: read.flatMap((each) => ('record' in each ? [each.record] : [])),
      references: read.flatMap((each) => ('reference' in each ? [each.reference] : [])),
      redacted: [],
      next: behind(cursor, page),
    };
  });
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
