/** Literals, parameters and types. */
import type { DataType } from 'sql-parser-cst';
import { invalidQuery } from '../errors.js';
import { fieldType, storedType, type FieldType } from '../fields.js';
import { untranslated, type Emitters, type QueryParameter } from './translation.js';
import { text } from '../quoting.js';

/** The type that a statement names. Arrays of arrays and structs are not among those of this server. */
export function readType(node: DataType): { type: FieldType; repeated: boolean } {
  if (node.type === 'data_type_name') {
    const { name } = node;
    return {
      type: namedType(Array.isArray(name) ? name.map((word) => word.name).join(' ') : name.name),
      repeated: false,
    };
  }
  if (node.type === 'identifier') return { type: namedType(node.name), repeated: false };
  if (node.type === 'time_data_type') return { type: namedType(node.timeKw.name), repeated: false };
  if (node.type === 'parametric_data_type' && node.typeKw.name === 'ARRAY') {
    const [element] = node.params?.params.items ?? [];
    if (element?.type === 'array_type_param')
      return { type: readType(element.dataType).type, repeated: true };
  }
  throw untranslated(`type ${node.type.replaceAll('_', ' ')}`);
}

export function writeType(node: DataType): string {
  const { type, repeated } = readType(node);
  return storedType({ type, mode: repeated ? 'REPEATED' : 'NULLABLE' });
}

function namedType(name: string): FieldType {
  try {
    return fieldType(name);
  } catch {
    throw invalidQuery(`Type not found: ${name}`);
  }
}

const typed = (type: FieldType, value: string) =>
  `CAST(${text(value)} AS ${storedType({ type, mode: 'NULLABLE' })})`;

function parameterValue({ type, elementType, value }: QueryParameter): string {
  const one = (name: string, each: string | null) => {
    const stored = storedType({ type: namedType(name), mode: 'NULLABLE' });
    return each === null ? `CAST(NULL AS ${stored})` : `CAST(${text(each)} AS ${stored})`;
  };
  if (value !== null && typeof value !== 'string') {
    return `[${value.map((each) => one(elementType ?? 'STRING', each)).join(', ')}]`;
  }
  return one(type, value);
}

/** Without a zone it is UTC, as the session says. */
const instant =
  /^\d{4}-\d{1,2}-\d{1,2}([ Tt]\d{1,2}:\d{1,2}(:\d{1,2}(\.\d{0,6})?)?)?( ?(Z|z|UTC|[+-]\d{1,2}(:\d{2})?))?$/;

export const literalEmitters: Emitters = {
  string_literal: ({ value }) => text(value),
  // A decimal number is a FLOAT64 there, and a DECIMAL here if it has no exponent.
  number_literal: (node) => (/^\d+\.\d*$|^\.\d+$/.test(node.text) ? `${node.text}e0` : node.text),
  boolean_literal: ({ value }) => (value ? 'TRUE' : 'FALSE'),
  null_literal: () => 'NULL',
  blob_literal: ({ value }) => `unhex('${Buffer.from(value).toString('hex')}')`,
  date_literal: ({ string }) => {
    if (!/^\d{4}-\d{1,2}-\d{1,2}$/.test(string.value))
      throw invalidQuery(`Could not cast literal "${string.value}" to type DATE`);
    return typed('DATE', string.value);
  },
  timestamp_literal: ({ string }) => {
    if (!instant.test(string.value))
      throw invalidQuery(`Could not cast literal "${string.value}" to type TIMESTAMP`);
    return typed('TIMESTAMP', string.value);
  },
  json_literal: ({ string }) => `bq_parse_json(${text(string.value)}, 'exact')`,
  numeric_literal: ({ string }) => typed('NUMERIC', string.value),
  interval_literal: ({ value, unit }, t) => {
    if (unit?.type !== 'interval_unit') throw untranslated('interval without a unit');
    return `to_${unit.unitKw.name.toLowerCase()}s(${t.emit(value)})`;
  },
  parameter: (node, t) => parameterValue(t.parameter(node.text)),
  variable: (node, t) => {
    if (node.name.toLowerCase() !== 'row_count') throw untranslated(`system variable ${node.text}`);
    return t.names.rowCount === undefined ? 'CAST(NULL AS BIGINT)' : `CAST(${t.names.rowCount} AS BIGINT)`;
  },
};
