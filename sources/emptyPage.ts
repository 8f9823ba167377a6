import type { Cursor, SourcePage } from './source.js';

/** A page that shows nothing and leads on; null where reading ends. */
export const emptyPage = (next: Cursor | null): SourcePage => ({
  records: [],
  references: [],
  redacted: [],
  next,
});
