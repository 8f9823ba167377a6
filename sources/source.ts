/**
 * The port behind which every vendor contract stands: one stream of one connection. Nothing beyond it knows which
 * contract was used. Implementations make HTTP calls, keep no state between calls but tokens and the budget, which
 * streams of one client share, and throw TidemarkError.
 */
import type { Interval } from '../model/interval.js';
import type { JsonText } from '../model/jsonText.js';
import type { ListedBy, Reconciled } from '../model/reconciliation.js';
import type { CanonicalRows } from '../model/tables.js';
import type { VisibilityFinding } from '../model/visibility.js';
import type { CallContext } from './callContext.js';
import type { ExtractionJobs } from './extractionJobs.js';
import type { Vendor } from '../model/vendor.js';

export type { CallContext };

/** A position inside a window, opaque to everyone but its adapter. Small, JSON, valid for any worker at any time. */
export type Cursor = { readonly [key: string]: string | number | boolean | null };

/** What a record is; decides which mapper and which tables it goes to. */
export type RecordKind = 'evaluation' | 'calibration' | 'survey' | 'feedback';

/** One record as the source sent it. */
export interface SourceRecord {
  kind: RecordKind;
  id: string;
  /** What the adapter needs besides the id to read the record again (Genesys: the conversation). */
  locator: string;
  /** Conversation it is about; absent when there is none or the source does not say. */
  conversationId?: string;
  /** The source's time of last change, ISO 8601 UTC. */
  changeStamp: string;
  /** Version of the form the record was scored on; null when there is none. */
  formId: string | null;
  /** Submitted by the system without an evaluator; null where the source does not say. */
  isAutomated: boolean | null;
  /** The total score, where it may change without a new time of change. */
  totalScore?: number;
  /** When the vendor answered, ISO 8601 UTC. */
  extractedAt: string;
  /** Loaded even while its score is being calculated. */
  acceptPending?: true;
  body: unknown;
  /** The body as text, where it comes from staging. */
  text?: JsonText;
}

/** A record that is known to exist or to have existed, but whose content has not been read. */
export interface RecordReference {
  kind: RecordKind;
  id: string;
  /** What the adapter needs besides the id to read it (Genesys: the conversation). */
  locator: string;
  /** A copy extracted at or after this moment is good enough; ISO 8601 UTC. */
  changedAt: string;
  isAutomated: boolean | null;
  /** The total score a list states; a copy with another one is read again, whatever the dates say. */
  totalScore?: number;
  /** A list of the same window has shown the record, whatever else is said of it. */
  listed?: true;
  /** Why it has to be looked at, for logs and audit. */
  reason:
    | 'incomplete'
    | 'event'
    | 'deleted-event'
    | 'retracted'
    | 'calibration'
    | 'requested'
    // Held back before, because its score was still being calculated.
    | 'deferred'
    // Held back for so long that it is loaded as it stands.
    | 'overdue'
    // Held by the warehouse and not shown by a complete re-read; confirmed: often enough to be called deleted.
    | 'absent'
    | 'absent-confirmed';
}

export interface SourcePage {
  records: SourceRecord[];
  references: RecordReference[];
  /** Ids the source hid for lack of permission: counted and reported, never loaded. */
  redacted: string[];
  /** Where to read on; null after the last page of the window. */
  next: Cursor | null;
}

/** What a read by id found. `gone`: the source answered 404. `redacted`: there, but hidden from the client. */
export type Lookup =
  | { outcome: 'found'; record: SourceRecord; references: RecordReference[] }
  | { outcome: 'gone'; reference: RecordReference; extractedAt: string }
  | { outcome: 'redacted'; reference: RecordReference };

/** One version of one form, as the source sent it. */
export interface SourceForm {
  formId: string;
  extractedAt: string;
  body: unknown;
}

/** A conversation as the source sent it. */
export interface SourceConversation {
  conversationId: string;
  extractedAt: string;
  body: unknown;
}

/** Users, queues and divisions, as the source sent them. */
export interface DirectoryRecord {
  kind: 'user' | 'queue' | 'division';
  id: string;
  extractedAt: string;
  body: unknown;
}

/** What an adapter can do with a stream. A stream it lacks is reported as unsupported, never as zero rows. */
export interface Capabilities {
  /** Its records are evaluations: held back while their scores are pending, checked for drift, reconciled. */
  holdsEvaluations: boolean;
  /** What a complete re-read is compared by with the warehouse; null where the stream is not reconciled. */
  reconciles: Reconciled | null;
  /** Which of a record's dates decides the window that lists show it in. */
  listedBy: ListedBy;
  /** Can list by a time of last change. */
  updatedSince: boolean;
  lookupById: boolean;
  forms: boolean;
  /** Lists carry whole records, answers included: `verified` means that a sample of each run is checked against reads by id. */
  answersInLists: 'always' | 'never' | 'verified';
  deleteSignal: boolean;
  /** Permissions (scopes) of the vendor that reading the stream needs. */
  permissions: readonly string[];
}

/** What `tidemark doctor` learns from a source. */
export interface SourceDiagnosis {
  signIn: 'ok';
  tokenLifetimeSeconds: number;
  organisationDivisions: { id: string; name: string }[];
  /** Divisions whose evaluations the client may read; null where the source does not say. */
  grantedDivisionIds: string[] | null;
  /** For each permission that was asked about: held, missing, or null when it could not be told. */
  permissions: { permission: string; held: boolean | null }[];
  /** Permissions to change or delete things, which no export needs; null where the source does not say. */
  excessPermissions: string[] | null;
  /** Requests a window as the vendor states them. */
  allowance: { requests: number; windowSeconds: number } | null;
}

export interface Source {
  readonly vendor: Vendor;
  readonly api: string;
  readonly capabilities: Capabilities;

  /** Records by UTC day over an interval, for planning windows; null when the source cannot count. An estimate. */
  countByDay(interval: Interval, context: CallContext): Promise<{ day: string; records: number }[] | null>;

  /**
   * Evaluations that were created in the span, those of calibrations included, by UTC day and division as the source's
   * own analytics counts them: what searches show does not enter. One of several divisions counts in each. Null when
   * the source cannot count.
   */
  countCreated(
    span: Interval,
    context: CallContext,
  ): Promise<{ day: string; divisionId: string; records: number }[] | null>;

  /** Where records come as files: a window is read only after its jobs. */
  readonly jobs?: ExtractionJobs;

  /** Where reading a window begins. */
  firstCursor(window: Interval): Cursor;

  /** For people: what a cursor is about to read, e.g. "submitted by people, from 2026-11-01T05:00:00Z". */
  describeCursor(cursor: Cursor): string;

  /** Reads one page. Pages of a window may overlap; together they hold every change of the window. */
  readPage(window: Interval, cursor: Cursor, context: CallContext): Promise<SourcePage>;

  /**
   * Where to read on behind a page that cannot be used, as far as `body`, that of its SchemaMismatch, lets the adapter
   * tell; null when nothing of the window is left. Always behind the cursor: reading on comes to an end.
   */
  skipPage(window: Interval, cursor: Cursor, body: unknown): Cursor | null;

  /**
   * Reads records of a page again by id and compares what would be loaded, where lists are to be `verified`.
   * False when a list item carried less than the read by id; null when no record of the page could tell.
   */
  verifyAnswersInLists(page: SourcePage, context: CallContext): Promise<boolean | null>;

  /** Reads one record by id. */
  lookup(reference: RecordReference, context: CallContext): Promise<Lookup>;

  /** Reads form versions by id, at most `formIdsPerCall` of them. Unknown ids are simply not in the answer. */
  readForms(formIds: readonly string[], context: CallContext): Promise<SourceForm[]>;
  readonly formIdsPerCall: number;

  /**
   * Conversations by id, at most `conversationIdsPerCall` of them; unknown ones are simply not in the answer. Absent
   * where the contract has no such read.
   */
  readConversations?(ids: readonly string[], context: CallContext): Promise<SourceConversation[]>;
  readonly conversationIdsPerCall?: number;

  /** Users, queues and divisions in full, page by page. */
  readDirectory(context: CallContext): AsyncIterable<DirectoryRecord[]>;

  /**
   * Checks sign-in, permissions, divisions and allowance.
   * @param permissions those to look for, where it is asked for several streams at once; else those of its own
   */
  diagnose(context: CallContext, permissions?: readonly string[]): Promise<SourceDiagnosis>;

  /** What the source hides from the client without an error, of the whole UTC days that the window touches. */
  auditVisibility(window: Interval, context: CallContext): Promise<VisibilityFinding[]>;

  /** Pure mapping into canonical rows; see SourceMapper. */
  readonly mapper: SourceMapper;
}

/** What the mapper stamps on every row. */
export interface MappingContext {
  connection: string;
  batchId: string;
}

/** What was read beside a record to make its rows complete; undefined where there is none or it was not asked for. */
export interface RelatedReads {
  form: SourceForm | undefined;
  conversation: SourceConversation | undefined;
}

/** Pure functions from the vendor's JSON to canonical rows. They throw SchemaMismatch naming path and value. */
export interface SourceMapper {
  record(record: SourceRecord, related: RelatedReads, context: MappingContext): CanonicalRows;
  form(form: SourceForm, context: MappingContext): CanonicalRows;
  /** Absent where the source reads no conversations. */
  conversation?(conversation: SourceConversation, context: MappingContext): CanonicalRows;
  directory(record: DirectoryRecord, context: MappingContext): CanonicalRows;
}
