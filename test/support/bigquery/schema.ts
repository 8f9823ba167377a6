/** What may become of a table's schema. */
import { invalid } from './errors.js';
import { fieldType, type TableField } from './fields.js';

interface GivenField {
  name: string;
  type: string;
  mode?: string | undefined;
  description?: string | undefined;
}

/** Reads the fields of a request. */
export function readFields(given: readonly GivenField[]): TableField[] {
  const seen = new Set<string>();
  return given.map(({ name, type, mode = 'NULLABLE', description }) => {
    if (!/^[\p{L}_][\p{L}\p{N}_]{0,299}$/u.test(name)) {
      throw invalid(
        `Invalid field name "${name}". Fields must contain only letters, numbers, and underscores, start with a letter or underscore, and be at most 300 characters long.`,
      );
    }
    if (seen.has(name.toLowerCase())) throw invalid(`Field ${name} already exists in schema`);
    seen.add(name.toLowerCase());
    if (mode !== 'NULLABLE' && mode !== 'REQUIRED' && mode !== 'REPEATED')
      throw invalid(`Invalid mode ${mode} of field ${name}`);
    return { name, type: fieldType(type), mode, ...(description === undefined ? {} : { description }) };
  });
}

/** The columns that a new schema adds to a table's; throws for what is more than adding and loosening. */
export function additions(
  table: string,
  held: readonly TableField[],
  wanted: readonly TableField[],
): TableField[] {
  const refuse = (what: string) => invalid(`Provided Schema does not match Table ${table}. ${what}`);
  const named = (fields: readonly TableField[], name: string) =>
    fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
  for (const field of held) {
    const next = named(wanted, field.name);
    if (next === undefined) throw refuse(`Field ${field.name} is missing in new schema`);
    if (next.type !== field.type) {
      throw refuse(`Field ${field.name} has changed type from ${field.type} to ${next.type}`);
    }
    const loosened = field.mode === 'REQUIRED' && next.mode === 'NULLABLE';
    if (next.mode !== field.mode && !loosened) {
      throw refuse(`Field ${field.name} has changed mode from ${field.mode} to ${next.mode}`);
    }
  }
  const added = wanted.filter(({ name }) => named(held, name) === undefined);
  const required = added.find(({ mode }) => mode === 'REQUIRED');
  if (required !== undefined) {
    throw refuse(`Cannot add required fields to an existing schema. (field: ${required.name})`);
  }
  return added;
}
