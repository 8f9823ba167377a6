/** What a run makes of a stream, without workflows: pages, reads by id, forms and conversations, mapped to rows. */
import pMap from 'p-map';
import { conversationIdsPerCall } from '../../../sources/genesys/published/conversations.js';
import type { Cursor, RecordReference, Source, SourceRecord } from '../../../sources/source.js';
import type { Interval } from '../../../model/interval.js';
import type { CanonicalRows } from '../../../model/tables.js';
import { never } from '../http/testServer.js';

export interface ReadStream {
  records: SourceRecord[];
  references: RecordReference[];
  gone: RecordReference[];
  /** Rows by table, each record once. */
  rows: Record<string, Record<string, unknown>[]>;
  pages: number;
  requests: number;
}

/** Each cursor goes through JSON, as workflows carry it; the last copy of a record counts. */
export async function readStream(
  source: Source,
  window: Interval,
  { withConversations = false }: { withConversations?: boolean } = {},
): Promise<ReadStream> {
  const context = { signal: never, priority: 2, meter: { requests: 0 } } as const;
  const copies = new Map<string, SourceRecord>();
  const references: RecordReference[] = [];
  const gone: RecordReference[] = [];
  let pages = 0;
  for (let cursor: Cursor | null = source.firstCursor(window); cursor !== null;) {
    if (++pages > 500) throw new Error('reading does not come to an end');
    const page = await source.readPage(window, JSON.parse(JSON.stringify(cursor)) as Cursor, context);
    for (const record of page.records) copies.set(record.id, record);
    references.push(...page.references);
    cursor = page.next;
  }
  const lookups = await pMap(
    references,
    async (reference) => ({ reference, found: await source.lookup(reference, context) }),
    { concurrency: 10 },
  );
  for (const { reference, found } of lookups) {
    if (found.outcome === 'found') copies.set(found.record.id, found.record);
    if (found.outcome === 'gone') gone.push(reference);
  }
  const records = [...copies.values()];
  const formIds = [...new Set(records.flatMap(({ formId }) => formId ?? []))];
  const forms = formIds.length === 0 ? [] : await source.readForms(formIds, context);
  const asked = withConversations
    ? [...new Set(records.flatMap(({ conversationId }) => conversationId ?? []))]
    : [];
  const conversations = [];
  for (let start = 0; start < asked.length; start += conversationIdsPerCall) {
    const ids = asked.slice(start, start + conversationIdsPerCall);
    conversations.push(...((await source.readConversations?.(ids, context)) ?? []));
  }
  const rows: ReadStream['rows'] = {};
  const add = (mapped: CanonicalRows) => {
    for (const [table, of] of Object.entries(mapped)) (rows[table] ??= []).push(...of);
  };
  const mapping = { connection: 'acme', batchId: 'b1' };
  for (const conversation of conversations) add(source.mapper.conversation?.(conversation, mapping) ?? {});
  for (const record of records) {
    const form = forms.find(({ formId }) => formId === record.formId);
    const conversation = conversations.find((each) => each.conversationId === record.conversationId);
    add(source.mapper.record(record, { form, conversation }, mapping));
  }
  return { records, references, gone, rows, pages, requests: context.meter.requests };
}
