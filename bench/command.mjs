/** What benchmarks have in common as commands: options, progress on stderr, the figures as JSON on stdout. */
import { parseArgs } from 'node:util';

export const day = 86_400_000;

/**
 * The options of a benchmark by their default: a text takes a value, `false` is a switch. `--json` is one of all; it
 * puts the figures on one line.
 */
export function benchmarkOptions(defaults) {
  const options = Object.entries({ json: false, ...defaults }).map(([name, value]) => [
    name,
    { type: typeof value === 'boolean' ? 'boolean' : 'string', default: value },
  ]);
  const { values } = parseArgs({ options: Object.fromEntries(options) });
  return { values, print: (figures) => process.stdout.write(text(figures, values.json)) };
}

const text = (figures, onOneLine) => `${JSON.stringify(figures, null, onOneLine ? 0 : 2)}\n`;

/** Says how far a benchmark is. */
export const tell = (line) => process.stderr.write(`${line}\n`);

export const round = (value, digits = 1) => Number(value.toFixed(digits));
export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
