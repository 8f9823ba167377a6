import { createHash } from 'node:crypto';

/** Columns that say when and how a row came, not what it says. */
const technical = new Set([
  'raw',
  'extracted_at',
  'batch_id',
  'content_hash',
  'change_stamp',
  // Display names: lists and reads by id do not both carry them, and the tables of people and queues do.
  'agent_name',
  'evaluator_name',
  'queue_name',
  'agent_team_id',
  // Known only from the list that showed the record.
  'is_automated',
]);

/** Columns of rows that have the same columns: those that count, in the order in which they are read. */
interface Counted {
  readonly all: readonly string[];
  readonly counted: readonly string[];
  /** Stands for the names of what is counted: rows would be hashed mostly for these otherwise. */
  readonly label: string;
}

const known = new Map<string, Counted>();
/** Rows come in runs of one table: comparing with the one before is cheaper than looking up what is known. */
let latest: Counted = { all: [], counted: [], label: '' };

function columnsOf(row: object): Counted {
  const all = Object.keys(row);
  if (all.length === latest.all.length && all.every((name, index) => name === latest.all[index]))
    return latest;
  const signature = all.join();
  let columns = known.get(signature);
  if (columns === undefined) {
    const counted = all.filter((column) => !technical.has(column)).sort();
    columns = { all, counted, label: sha256(counted.join()) };
    known.set(signature, columns);
  }
  latest = columns;
  return columns;
}

/** Texts carry their length, so that no two rows with different values have the same text. */
function textOf(row: Readonly<Record<string, unknown>>): string {
  const { counted, label } = columnsOf(row);
  let text = '';
  for (const column of counted) {
    const value = row[column];
    if (typeof value === 'string') text += `"${value.length}:${value}`;
    else if (value === null) text += '-';
    // Numbers and booleans are their own JSON.
    else text += `,${typeof value === 'object' ? JSON.stringify(value) : String(value)}`;
  }
  return text + label;
}

/**
 * SHA-256 (hex) over what rows say: a record and its parts, whatever order their parts and columns come in.
 * Equal hashes mean that loading the record would change nothing.
 */
export function contentHash(...rows: readonly object[]): string {
  const canonical = rows.map((row) => textOf(row as Readonly<Record<string, unknown>>));
  return sha256(canonical.sort().join('\n'));
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
