import { ApiError, invalidValue, missingValue, unknownName } from '../../common/apiError.js';
import { models } from './contract/contract.js';

/** Reads a request body and holds it against its model: unknown fields, types, enums and required fields. */
export function readBody(modelName: string, text: string): Record<string, unknown> {
  if (text.trim() === '') throw missingValue('body');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError(
      400,
      'bad.request',
      'The request could not be understood by the server: invalid JSON.',
    );
  }
  checkModel(modelName, value, '');
  return value as Record<string, unknown>;
}

function checkModel(modelName: string, value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidValue(path === '' ? 'body' : path, value, 'It must be an object.');
  }
  const model = models[modelName];
  // The vendor's library describes this type, but not in the part the simulator carries.
  if (model === undefined) return;
  for (const [name, content] of Object.entries(value)) {
    const field = Object.hasOwn(model, name) ? model[name] : undefined;
    const at = path === '' ? name : `${path}.${name}`;
    if (field === undefined) throw unknownName('field', at);
    if (content !== null) checkField(field.type, field.enum, content, at);
  }
  for (const [name, field] of Object.entries(model)) {
    const content = (value as Record<string, unknown>)[name];
    if (field.required === true && (content === undefined || content === null)) {
      throw missingValue(path === '' ? name : `${path}.${name}`);
    }
  }
}

function checkField(
  type: string,
  allowed: readonly string[] | undefined,
  value: unknown,
  path: string,
): void {
  const element = /^Array<(.+)>$/.exec(type)?.[1];
  if (element !== undefined) {
    if (!Array.isArray(value)) throw invalidValue(path, value, 'It must be an array.');
    for (const [index, item] of value.entries()) checkField(element, allowed, item, `${path}[${index}]`);
    return;
  }
  if (type === 'string' || type === 'number' || type === 'boolean') {
    if (typeof value !== type) throw invalidValue(path, value, `It must be a ${type}.`);
    if (allowed !== undefined && !allowed.includes(String(value))) {
      throw invalidValue(path, value, `It must be one of ${allowed.join(', ')}.`);
    }
    return;
  }
  if (type !== 'object' && !type.startsWith('{')) checkModel(type, value, path);
}
