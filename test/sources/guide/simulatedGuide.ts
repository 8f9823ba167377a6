/** The adapter's own client against a simulator of the guide contract, with an allowance that no test uses up. */
import { startSimulator, type Simulator, type SimulatorOptions } from '../../../simulator/server.js';
import { createGenesysClient, type GenesysClientOptions } from '../../../sources/genesys/client.js';
import { createGuideSource } from '../../../sources/genesys/guide/source.js';
import type { GenesysStream } from '../../../sources/genesys/streams.js';
import type { ApiClient } from '../../../sources/http/apiClient.js';
import type { CallContext, Source, SourcePage, SourceRecord } from '../../../sources/source.js';
import type { Interval } from '../../../model/interval.js';
import type { CanonicalRows, StagedTableName } from '../../../model/tables.js';
import { never } from '../http/testServer.js';

export const span: Interval = { start: '2026-09-01T00:00:00.000Z', end: '2026-10-01T00:00:00.000Z' };
/** Nearly all of the organisation has happened by then. */
export const present = '2026-10-20T12:00:00.000Z';
/** Everything there is: evaluations change until the present. */
export const everything: Interval = { start: '2026-08-01T00:00:00.000Z', end: present };

export const context: CallContext = { signal: never, priority: 2 };
export const mapping = { connection: 'acme', batchId: 'batch-1' };

export async function openSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  return startSimulator({
    contracts: ['guide'],
    seed: 7,
    evaluations: 1_200,
    from: span.start,
    to: span.end,
    now: present,
    allowance: 1_000_000,
    metricsAllowance: 1_000_000,
    ...options,
  });
}

export function clientOf(
  { apiUrl, clientId, clientSecret }: Pick<Simulator, 'apiUrl' | 'clientId' | 'clientSecret'>,
  options: Partial<GenesysClientOptions> = {},
): ApiClient {
  return createGenesysClient({
    connection: 'acme',
    contract: 'guide',
    region: undefined,
    apiUrl,
    loginUrl: undefined,
    clientId,
    clientSecret,
    tokenRefreshMarginSeconds: 60,
    allowance: { requests: 1_000_000, windowSeconds: 60 },
    ...options,
  });
}

export const sourceOf = (simulator: Simulator, stream: GenesysStream): Source =>
  createGuideSource(clientOf(simulator), stream);

/** All pages of a window. */
export async function pagesOf(source: Source, window: Interval): Promise<SourcePage[]> {
  const pages: SourcePage[] = [];
  let cursor: SourcePage['next'] = source.firstCursor(window);
  while (cursor !== null) {
    // As it comes back from staging.
    const page: SourcePage = await source.readPage(window, JSON.parse(JSON.stringify(cursor)), context);
    pages.push(page);
    cursor = page.next;
  }
  return pages;
}

/** Records of pages, each once: the copy read last. */
function recordsIn(pages: readonly SourcePage[]): SourceRecord[] {
  const records = new Map<string, SourceRecord>();
  for (const page of pages) {
    for (const record of page.records) records.set(`${record.kind}:${record.id}`, record);
  }
  return [...records.values()];
}

export const recordsOf = async (source: Source, window: Interval): Promise<SourceRecord[]> =>
  recordsIn(await pagesOf(source, window));

/** Canonical rows of records, as a batch makes them. */
export async function rowsOf(
  source: Source,
  records: readonly SourceRecord[],
): Promise<{ [N in StagedTableName]: Record<string, unknown>[] }> {
  const rows: Partial<Record<StagedTableName, Record<string, unknown>[]>> = {};
  const add = (more: CanonicalRows) => {
    for (const [table, of] of Object.entries(more) as [StagedTableName, object[]][]) {
      (rows[table] ??= []).push(...of.map((row) => row as Record<string, unknown>));
    }
  };
  const formIds = [...new Set(records.flatMap(({ formId }) => formId ?? []))];
  const forms = new Map((await source.readForms(formIds, context)).map((form) => [form.formId, form]));
  for (const form of forms.values()) add(source.mapper.form(form, mapping));
  const conversationIds = [...new Set(records.flatMap(({ conversationId }) => conversationId ?? []))];
  const conversations = new Map<
    string,
    Awaited<ReturnType<NonNullable<Source['readConversations']>>>[number]
  >();
  for (let start = 0; start < conversationIds.length; start += 100) {
    for (const each of (await source.readConversations?.(
      conversationIds.slice(start, start + 100),
      context,
    )) ?? []) {
      conversations.set(each.conversationId, each);
    }
  }
  for (const each of conversations.values()) add(source.mapper.conversation?.(each, mapping) ?? {});
  for (const record of records) {
    const related = {
      form: record.formId === null ? undefined : forms.get(record.formId),
      conversation:
        record.conversationId === undefined ? undefined : conversations.get(record.conversationId),
    };
    add(source.mapper.record(record, related, mapping));
  }
  return new Proxy(rows, { get: (target, name) => Reflect.get(target, name) ?? [] }) as never;
}
