/** What a vendor's object storage does for staging; everything that vendors have in common is in objectStore.ts. */

/** Why a request failed, where Tidemark knows what to do about it. */
export type StorageProblem = 'credentials' | 'refused' | 'bucket' | 'request' | 'unavailable';

export interface StorageFailure {
  problem: StorageProblem;
  /** What the vendor or the network said, e.g. "403 AccessDenied: …". */
  said: string;
  /** HTTP status, where there was an answer. */
  status?: number;
}

/** One bucket. Keys are whole: with the prefix of the configuration. */
export interface ObjectClient {
  /** Writes the whole object or nothing. */
  put(key: string, body: Buffer): Promise<void>;
  /** Uploads a file, in parts when it is large; the whole object is there at the end or nothing. */
  putFile(key: string, path: string, bytes: number): Promise<void>;
  /** Undefined when there is no such object; a missing bucket is an error. */
  get(key: string): Promise<Buffer | undefined>;
  /** Writes the object to a new file; false when there is no such object. */
  download(key: string, path: string): Promise<boolean>;
  /** Keys that begin with the text, at most 1,000 at a time. */
  list(start: string): AsyncIterable<string[]>;
  /** Removes at most 1,000 objects; those that are gone already do not matter. */
  remove(keys: readonly string[]): Promise<void>;
}

/** A vendor as configured: nothing of it is loaded before it is opened. */
export interface ObjectVendor {
  /** For people: "Amazon S3". */
  name: string;
  /** What to do about each problem but `unavailable`, as sentences. */
  remedies: Record<Exclude<StorageProblem, 'unavailable'>, string>;
  /** Loads the vendor's library and makes the client; no request is made yet. */
  open(): Promise<ObjectClient>;
  /** Reads an error that the client threw; undefined when it is none of the storage's. */
  explain(error: unknown): StorageFailure | undefined;
}

/** What an HTTP status of a failure means, where the vendor's own code says nothing more. */
export function problemOfStatus(status: number): StorageProblem {
  if (status >= 500 || status === 408 || status === 429) return 'unavailable';
  if (status === 401) return 'credentials';
  if (status === 403) return 'refused';
  return 'request';
}
