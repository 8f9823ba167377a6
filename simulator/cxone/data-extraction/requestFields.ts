/** What a request may hold: nothing but what the contract names, each once. */
import type { Arrival } from '../../http/exchange.js';
import { badRequest } from './errors.js';

/**
 * Reads a JSON object that has these fields and no others, all of them texts.
 * @throws ApiError 400 naming the field at fault
 */
export function jsonTexts({ body, contentType }: Arrival, fields: readonly string[]): Record<string, string> {
  if (!/^application\/json\b/i.test(contentType ?? ''))
    throw badRequest('The body must be application/json.');
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw badRequest('The body is no JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest('The body must be an object.');
  const entries = Object.entries(value);
  const unknown = entries.find(([name]) => !fields.includes(name));
  if (unknown !== undefined) throw badRequest(`Unknown field ${unknown[0]}.`);
  const texts: Record<string, string> = {};
  for (const field of fields) {
    const text: unknown = entries.find(([name]) => name === field)?.[1];
    if (text === undefined) throw badRequest(`Field ${field} is missing.`);
    if (typeof text !== 'string') throw badRequest(`Field ${field} must be a string.`);
    texts[field] = text;
  }
  return texts;
}

/** Refuses a query with anything but these parameters, or with one of them twice. */
export function expectOnly(query: URLSearchParams, names: readonly string[]): void {
  for (const name of query.keys()) {
    if (!names.includes(name)) throw badRequest(`Unknown parameter ${name}.`);
    if (query.getAll(name).length > 1) throw badRequest(`Parameter ${name} is given twice.`);
  }
}
