/** Files as the options have them spelled, made piece by piece: none is ever whole in memory. */
import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import { Moment, type Columns, type Field } from './columns.js';
import type { ExtractionSettings } from './settings.js';

const rowsAtOnce = 200;

/** A file of rows: no byte at all where there are none. */
export function csvFile<Row>(
  columns: Columns<Row>,
  rows: Iterable<Row>,
  settings: ExtractionSettings,
): Readable {
  return Readable.from(pieces(columns, rows, settings));
}

function* pieces<Row>(
  columns: Columns<Row>,
  rows: Iterable<Row>,
  settings: ExtractionSettings,
): Generator<string> {
  const options = {
    record_delimiter: settings.lineEnds === 'crlf' ? '\r\n' : '\n',
    // By itself it quotes only what holds the whole of its own line end.
    quoted_match: /[\r\n]/,
  };
  const write = fieldWriter(settings);
  const headers = columns.map(([header]) => headerText(header, settings));
  let isFirst = true;
  let batch: string[][] = [];
  const flush = () => {
    const bom = isFirst && settings.byteOrderMark;
    const text = stringify(isFirst ? [headers, ...batch] : batch, { ...options, bom });
    isFirst = false;
    batch = [];
    return text;
  };
  for (const row of rows) {
    batch.push(columns.map(([, field]) => write(field(row))));
    if (batch.length === rowsAtOnce) yield flush();
  }
  if (batch.length > 0) yield flush();
}

/** Rows of one workflow repeat its moments: the last few are kept as they were written. */
function fieldWriter({ dates }: ExtractionSettings): (field: Field) => string {
  const written = new Map<number, string>();
  return (field) => {
    if (field === undefined) return '';
    if (!(field instanceof Moment)) return String(field);
    const known = written.get(field.instant);
    if (known !== undefined) return known;
    const iso = new Date(field.instant).toISOString();
    const text = dates === 'zulu' ? iso : iso.slice(0, -1).replace('T', ' ');
    if (written.size > 100) written.clear();
    written.set(field.instant, text);
    return text;
  };
}

/** `FirstName (Agent)` is `firstnameAgent` in camel case. */
export function headerText(header: string, { headers }: Pick<ExtractionSettings, 'headers'>): string {
  if (headers === 'spaced') return header;
  const words = header.replaceAll(/[()]/g, '').toLowerCase().split(/\s+/);
  return words
    .map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('');
}
