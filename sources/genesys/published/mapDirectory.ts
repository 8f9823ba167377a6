import { contentHash } from '../../../model/contentHash.js';
import { jsonText } from '../../../model/jsonText.js';
import type { CanonicalRows } from '../../../model/tables.js';
import type { DirectoryRecord, MappingContext } from '../../source.js';
import type { DivisionBody } from './directory.js';
import { stamps } from '../stamps.js';
import { orNull, parseBody } from '../../rows/parse.js';
import { divisionSchema, queueSchema, userSchema } from './schemas.js';

/** Users, queues and divisions carry no time of change that the vendor documents: each snapshot is as new as its reading. */
export function mapDirectory(record: DirectoryRecord, context: MappingContext): CanonicalRows {
  const common = {
    ...stamps({ ...context, extractedAt: record.extractedAt }),
    change_stamp: record.extractedAt,
  };
  switch (record.kind) {
    case 'user': {
      const user = parseBody(userSchema, record.body, `user ${record.id}`);
      const row = {
        ...common,
        user_id: user.id,
        name: orNull(user.name),
        email: orNull(user.email),
        state: orNull(user.state),
        division_id: orNull(user.division?.id),
        title: orNull(user.title),
        department: orNull(user.department),
        raw: jsonText(record.body),
      };
      return { users: [{ ...row, content_hash: contentHash(row) }] };
    }
    case 'queue': {
      const queue = parseBody(queueSchema, record.body, `queue ${record.id}`);
      const row = {
        ...common,
        queue_id: queue.id,
        name: orNull(queue.name),
        division_id: orNull(queue.division?.id),
        raw: jsonText(record.body),
      };
      return { queues: [{ ...row, content_hash: contentHash(row) }] };
    }
    case 'division': {
      const { division: body, isGranted } = record.body as DivisionBody;
      const division = parseBody(divisionSchema, body, `division ${record.id}`);
      const row = {
        ...common,
        division_id: division.id,
        name: orNull(division.name),
        description: orNull(division.description),
        is_home: orNull(division.homeDivision),
        is_granted: isGranted,
        raw: jsonText(body),
      };
      return { divisions: [{ ...row, content_hash: contentHash(row) }] };
    }
  }
}
