import { createHash } from 'node:crypto';
import { perShape } from './rowShape.js';

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
  'evaluation_source_name',
  // Known only from the list that showed the record.
  'is_automated',
]);

/** What of a shape counts. */
interface Counted {
  /** Places of the columns that count, in the order of their names. */
  readonly places: readonly number[];
  /** Stands for the names of what is counted: rows would be hashed mostly for these otherwise. */
  readonly label: string;
}

const countedOf = perShape((columns): Counted => {
  const names = columns.filter((column) => !technical.has(column)).sort();
  return { places: names.map((name) => columns.indexOf(name)), label: sha256(names.join()) };
});

/** Texts carry their length, so that no two rows with different values have the same text. */
function textOf(row: object): string {
  const { places, label } = countedOf(row);
  const values: unknown[] = Object.values(row);
  let text = '';
  for (const place of places) {
    const value = values[place];
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
  const canonical = rows.map(textOf);
  return sha256(canonical.sort().join('\n'));
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
