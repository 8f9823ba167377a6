/**
 * The claim-check store: rows and pages live here, and only manifests travel through workflow history.
 * Object names are deterministic, so an activity that runs again overwrites what it wrote before.
 */

/** A file in the store as history carries it: below 300 bytes. */
export interface StagedObject {
  /** Name inside the store, with `/` between parts. */
  name: string;
  bytes: number;
  /** SHA-256 of the stored bytes, hex. */
  sha256: string;
  /** Records in the file. */
  rows: number;
}

export interface StagingStore {
  /** Where the store is, for people: e.g. file:./.tidemark/staging. */
  readonly location: string;
  /** Whether objects travel over a network. */
  readonly isRemote: boolean;
  /** Writes the whole object or nothing; a crash of the process does not lose it once the promise resolves. */
  put(name: string, body: Buffer, rows: number): Promise<StagedObject>;
  /** Moves a finished local file into the store, all or nothing. */
  putFile(name: string, path: string, rows: number): Promise<StagedObject>;
  /** Reads an object; undefined when it is not there. */
  get(name: string): Promise<Buffer | undefined>;
  /** A local path from which the object can be read (for object storage: downloaded to a cache). */
  localPath(object: StagedObject): Promise<string>;
  /** Names below a prefix that ends in `/`, sorted; empty when there are none. */
  list(prefix: string): Promise<string[]>;
  /** Removes everything below a prefix that ends in `/`. */
  remove(prefix: string): Promise<void>;
}
