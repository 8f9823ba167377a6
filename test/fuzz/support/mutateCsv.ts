/** Real CSV files with something wrong in them: cells, rows, headers, and how they are encoded. */
import * as fc from 'fast-check';

type Change = (lines: string[], at: number, put: string) => void;

const cells = (line: string) => line.split(',');
const changes: readonly Change[] = [
  // A cell, a column more, a column less, a row twice, half a row, a header.
  (lines, at, put) => {
    const row = cells(lines[at] ?? '');
    row[at % Math.max(1, row.length)] = put;
    lines[at] = row.join(',');
  },
  (lines, at, put) => (lines[at] = `${lines[at]},${put}`),
  (lines, at) =>
    (lines[at] = cells(lines[at] ?? '')
      .slice(1)
      .join(',')),
  (lines, at) => lines.push(lines[at] ?? ''),
  (lines, at) => (lines[at] = (lines[at] ?? '').slice(0, (lines[at] ?? '').length / 2)),
  (lines, at, put) => (lines[0] = (lines[0] ?? '').replace(cells(lines[0] ?? '')[at % 20] ?? '', put)),
  (lines, at, put) => (lines[at] = `${put}${lines[at]}`),
  (lines, at) => lines.splice(at, 1),
  (lines) => lines.forEach((line, index) => (lines[index] = `${line},"more"`)),
];

const texts = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      '"',
      '""',
      '"a',
      'a"b',
      '"a""b"',
      '"a,b"',
      '"a\nb"',
      '\r',
      '\r\n',
      '\0',
      '\uFEFF',
      '\uFFFD',
      ';',
      '\t',
    ],
    ...[
      '1e400',
      '-1',
      'NaN',
      '0000-01-01T00:00:00Z',
      '9999-12-31T23:59:59-23:59',
      '2026-02-30',
      'TRUE',
      'Deleted',
    ],
    ...[
      'Self Assessment',
      'Calibration',
      'evaluation',
      'Workflow ID',
      'workflowId',
      'x'.repeat(5_000),
      '=1+1',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

/** As files come that somebody had in other hands. */
const encodings: readonly ((text: string) => Buffer)[] = [
  (text) => Buffer.from(text),
  (text) => Buffer.from(text),
  (text) => Buffer.from(text.replaceAll('\n', '\r\n')),
  (text) => Buffer.from(text.replace('\uFEFF', '')),
  (text) => Buffer.from(`\uFEFF${text}`),
  (text) => Buffer.from(text, 'latin1'),
  (text) => Buffer.from(text, 'utf16le'),
];

const change = fc.record({ what: fc.constantFrom(...changes), at: fc.nat(), put: texts });

/** Makes a broken file of a good one: one to three changes, in some encoding. */
export const brokenFile: fc.Arbitrary<(text: string) => Buffer> = fc
  .tuple(fc.array(change, { minLength: 1, maxLength: 3 }), fc.constantFrom(...encodings))
  .map(([made, encoded]) => (text) => {
    const lines = text.split('\n');
    for (const { what, at, put } of made) what(lines, at % Math.max(1, lines.length), put);
    return encoded(lines.join('\n'));
  });
