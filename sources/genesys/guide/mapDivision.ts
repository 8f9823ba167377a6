import { contentHash } from '../../../model/contentHash.js';
import { jsonText } from '../../../model/jsonText.js';
import type { CanonicalRows } from '../../../model/tables.js';
import type { DirectoryRecord, MappingContext } from '../../source.js';
import { stamps } from '../stamps.js';
import { orNull, parseBody } from '../../rows/parse.js';
import { divisionSchema } from './schemas.js';

/** A division carries no time of change: each snapshot is as new as its reading. */
export function mapDivision(record: DirectoryRecord, context: MappingContext): CanonicalRows {
  const division = parseBody(divisionSchema, record.body, `division ${record.id}`);
  const row = {
    ...stamps({ ...context, extractedAt: record.extractedAt }),
    division_id: division.id,
    name: orNull(division.name),
    description: null,
    is_home: orNull(division.homeDivision),
    // Divisions are listed whatever is granted, and those without a grant are empty like those without records.
    is_granted: null,
    raw: jsonText(record.body),
    change_stamp: record.extractedAt,
  };
  return { divisions: [{ ...row, content_hash: contentHash(row) }] };
}
