/** Where in a bucket a staging store is, as the configuration names it. */
import { checkObjectName } from './objectNames.js';

/** A bucket and the folder of it that belongs to the store; the folder is empty where it is the whole bucket. */
export interface ObjectUri {
  scheme: string;
  bucket: string;
  prefix: string;
}

/** Names of buckets as both vendors allow them; the prefix is checked as a name in the store. */
const pattern = /^(?<scheme>gs|s3):\/\/(?<bucket>[a-z0-9][a-z0-9._-]{1,220}[a-z0-9])(?<path>\/.*)?$/;

/** The parts of `gs://bucket/prefix` or `s3://bucket/prefix`; null where it is neither, or names no possible place. */
export function parseObjectUri(uri: string): ObjectUri | null {
  const { scheme, bucket, path = '' } = pattern.exec(uri)?.groups ?? {};
  if (scheme === undefined || bucket === undefined) return null;
  const prefix = path.replace(/^\/|\/$/g, '');
  try {
    if (prefix !== '') checkObjectName(prefix);
  } catch {
    return null;
  }
  return { scheme, bucket, prefix };
}
