import { isDeepStrictEqual } from 'node:util';
import pMap from 'p-map';
import { TidemarkError } from '../model/errors.js';
import type { CallContext, Lookup, RecordReference, Source, SourceRecord } from '../sources/source.js';
import type { StagingStore } from '../staging/stagingStore.js';
import { batchContext, type callContext, withHeartbeat } from './activityCall.js';
import { lookupListName, lookupPageName, manifestName } from './batchLayout.js';
import {
  factsOf,
  recordKey,
  type BatchManifest,
  type RecordFacts,
  type UnusableAnswer,
} from './batchManifest.js';
import type { BatchRef, QuarantinedPages, ReadRecords, ReadRecordsInput } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import type { RecordTable, LookupEntry } from './selectChanged.js';
import { tryForSchema } from './schemaTries.js';
import { getDocument, putBodies } from './stagedBodies.js';
import { requireJson } from './stagedJson.js';

/** Reads by id are staged in pages of this many, so that a kill repeats no more than these. */
const lookupsPerPage = 50;
/** Requests under way at once; the budget, not this number, keeps to the allowance. */
const concurrentLookups = 10;
/** More unusable answers about single records in one batch are no accident: going on would ask for each in vain. */
const mostUnusable = 200;

/** The answer failed its schema for good. */
export interface UnusableLookup {
  outcome: 'unusable';
  reference: RecordReference;
  quarantined: UnusableAnswer;
}

type Found<R> = { outcome: 'found'; record: R; references: RecordReference[] };

export type StagedLookup = (Found<RecordFacts> | Exclude<Lookup, Found<SourceRecord>> | UnusableLookup) & {
  heldIn: RecordTable | null;
};

/** Before the bodies of those that were found. */
export interface StagedLookupPage {
  /** Records it was read for, in their order. */
  keys: string[];
  lookups: StagedLookup[];
  requests: number;
}

/**
 * Reads the selected records by id into staging, page by page as extractPages does. What a record refers to in turn
 * (its calibration, the revision it replaced) is read as well, each once. In a window that is read by pages, an answer
 * that fails its schema for good goes to quarantine as a page does: reading the window again asks for the record again.
 * In a list it is counted and left: one record must not keep all others of the list from being loaded, run after run.
 */
export function createReadRecords({ source: sourceOf, staging }: Pick<Dependencies, 'source' | 'staging'>) {
  return async function readRecords(input: ReadRecordsInput): Promise<ReadRecords> {
    return withHeartbeat(async ({ signal, report }) => {
      const { batch } = input;
      const source = sourceOf(batch.connection, batch.stream);
      const context = batchContext(signal, input, source, staging);
      const manifest = await requireJson<BatchManifest>(staging, manifestName(batch));
      const queue = await openQueue(staging, batch, manifest);
      const result: ReadRecords = {
        ...{ found: 0, gone: 0, redacted: 0, requests: 0 },
        ...{ quarantined: null, unusable: null },
      };
      const countedAs = manifest.begin === null ? 'unusable' : 'quarantined';

      for (let number = 1; ; number++) {
        const entries = queue.take(lookupsPerPage);
        if (entries.length === 0) return result;
        const name = lookupPageName(batch, number);
        const keys = entries.map(({ reference }) => recordKey(reference.kind, reference.id));
        const staged = await getDocument<StagedLookupPage>(staging, name);
        // A page of that number may be of an attempt that had other records to read.
        const page =
          staged !== undefined && isDeepStrictEqual(staged.keys, keys)
            ? staged
            : await readPage(source, context, staging, name, keys, entries);
        for (const lookup of page.lookups) {
          if (lookup.outcome === 'unusable') {
            const { reference, quarantined } = lookup;
            const found = (result[countedAs] ??= {
              pages: 0,
              first: `${lookupPosition(reference)}: ${quarantined.reason}`,
            });
            found.pages += 1;
            checkCount(found);
            continue;
          }
          result[lookup.outcome] += 1;
          if (lookup.outcome === 'found') queue.add(lookup.references);
        }
        result.requests += page.requests;
        report({ read: result.found + result.gone + result.redacted, waiting: queue.waiting });
      }
    });
  };
}

/** For people. */
export const lookupPosition = ({ kind, id }: RecordReference) => `read by id, ${kind} ${id}`;

async function readPage(
  source: Source,
  context: ReturnType<typeof callContext>,
  staging: StagingStore,
  name: string,
  keys: string[],
  entries: readonly LookupEntry[],
): Promise<StagedLookupPage> {
  const before = context.meter.requests;
  const lookups = await pMap(
    entries,
    async ({ reference, heldIn }) => ({ ...(await lookUp(source, context, reference)), heldIn }),
    { concurrency: concurrentLookups, signal: context.signal },
  );
  const page: StagedLookupPage = {
    keys,
    lookups: lookups.map((lookup) =>
      lookup.outcome === 'found' ? { ...lookup, record: factsOf(lookup.record) } : lookup,
    ),
    requests: context.meter.requests - before,
  };
  const bodies = lookups.flatMap((lookup) => (lookup.outcome === 'found' ? [lookup.record.body] : []));
  await putBodies(staging, name, page, bodies);
  return page;
}

function checkCount({ pages, first }: QuarantinedPages): void {
  if (pages <= mostUnusable) return;
  throw new TidemarkError(
    'SchemaMismatch',
    `More than ${mostUnusable} records of one batch cannot be used. ${first}`,
    { remedy: 'So many are no accident: nothing of this batch is loaded until it is mended.' },
  );
}

async function lookUp(
  source: Source,
  context: CallContext,
  reference: RecordReference,
): Promise<Lookup | UnusableLookup> {
  const read = await tryForSchema(async () => source.lookup(reference, context), context.signal);
  return 'answer' in read
    ? accepting(read.answer, reference)
    : { outcome: 'unusable', reference, quarantined: read.unusable };
}

function accepting(lookup: Lookup, { reason }: RecordReference): Lookup {
  if (lookup.outcome !== 'found' || reason !== 'overdue') return lookup;
  return { ...lookup, record: { ...lookup.record, acceptPending: true } };
}

/** First in, first out, each record once; the order is the same in every attempt, as staged pages are numbered by it. */
async function openQueue(staging: StagingStore, batch: BatchRef, manifest: BatchManifest) {
  const entries = await requireJson<LookupEntry[]>(staging, lookupListName(batch));
  const known = new Set(manifest.seen);
  for (const { reference } of entries) known.add(recordKey(reference.kind, reference.id));
  let next = 0;
  return {
    take: (count: number) => {
      const taken = entries.slice(next, next + count);
      next += taken.length;
      return taken;
    },
    add: (references: readonly RecordReference[]) => {
      for (const reference of references) {
        const key = recordKey(reference.kind, reference.id);
        if (known.has(key)) continue;
        known.add(key);
        entries.push({ reference, heldIn: null });
      }
    },
    get waiting() {
      return entries.length - next;
    },
  };
}
