/** JSON text as the JSON type keeps it: compact, members in the order of their names, the first of each name. */
import { DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api';

const token =
  /\s*(?:([{}[\],:])|("(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))\s*/y;

/** Throws for text that is not JSON and, unless `round`, for numbers that would lose digits. */
export function canonicalJson(text: string, mode: string): string {
  if (mode !== 'exact' && mode !== 'round') throw new Error(`Invalid wide_number_mode: ${mode}`);
  token.lastIndex = 0;
  let current = next();
  const written = value();
  if (current !== undefined || token.lastIndex !== text.length) throw broken();
  return written;

  function next(): string | undefined {
    const at = token.lastIndex;
    if (at === text.length) return undefined;
    const found = token.exec(text);
    if (found === null) {
      token.lastIndex = at;
      throw broken();
    }
    return found[1] ?? found[2] ?? found[3] ?? found[4];
  }

  function take(expected?: string): string {
    const taken = current;
    if (taken === undefined || (expected !== undefined && taken !== expected)) throw broken();
    current = next();
    return taken;
  }

  function value(): string {
    if (current === '{') return object();
    if (current === '[') return `[${items(']', value).join(',')}]`;
    const scalar = take();
    if (/^[-\d]/.test(scalar)) return number(scalar);
    if (/^[\]},:]$/.test(scalar)) throw broken();
    return scalar.startsWith('"') ? JSON.stringify(string(scalar)) : scalar;
  }

  function items<T>(end: string, read: () => T): T[] {
    take();
    const all: T[] = [];
    if (current !== end) all.push(read());
    while (all.length > 0 && current === ',') {
      take();
      all.push(read());
    }
    take(end);
    return all;
  }

  function object(): string {
    const members = new Map<string, string>();
    items('}', () => {
      const name = take();
      if (!name.startsWith('"')) throw broken();
      take(':');
      const held = value();
      const key = string(name);
      if (!members.has(key)) members.set(key, held);
    });
    const sorted = [...members].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return `{${sorted.map(([name, held]) => `${JSON.stringify(name)}:${held}`).join(',')}}`;
  }

  /** Control characters, which the token lets pass, are found out here. */
  function string(quoted: string): string {
    try {
      return JSON.parse(quoted) as string;
    } catch {
      throw broken();
    }
  }

  function number(digits: string): string {
    if (/^-?\d+$/.test(digits)) {
      const whole = BigInt(digits);
      if (whole >= -(2n ** 63n) && whole < 2n ** 64n) return String(whole);
    }
    const rounded = Number(digits);
    if (!Number.isFinite(rounded)) throw new Error(`Input number: ${digits} is too large`);
    if (mode === 'exact' && decimal(String(rounded)) !== decimal(digits)) {
      throw new Error(
        `Invalid input to PARSE_JSON: Input number: ${digits} cannot round-trip through string representation`,
      );
    }
    return String(rounded);
  }

  function broken(): Error {
    return new Error(
      `Invalid input to PARSE_JSON: syntax error while parsing value near ${text.slice(0, token.lastIndex).slice(-20)}`,
    );
  }
}

/** The digits and the exponent of a number, so that 1.50 and 15e-1 are the same. */
function decimal(digits: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(digits) ?? [];
  const all = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = all.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + all.length - significant.length}`;
}

/** `bq_canonical_json(text, mode)` for DuckDB. */
export function canonicalJsonFunction(): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name: 'bq_canonical_json',
    returnType: VARCHAR,
    parameterTypes: [VARCHAR, VARCHAR],
    mainFunction: (info, input, output) => {
      const [texts, modes] = [input.getColumnVector(0), input.getColumnVector(1)];
      try {
        for (let row = 0; row < input.rowCount; row += 1) {
          const [text, mode] = [texts.getItem(row), modes.getItem(row)];
          output.setItem(row, typeof text === 'string' ? canonicalJson(text, String(mode)) : null);
        }
        output.flush();
      } catch (error) {
        info.setError(error instanceof Error ? error.message : String(error));
      }
    },
  });
}
