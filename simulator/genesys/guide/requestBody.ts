import type { z } from 'zod';
import { ApiError, invalidValue, unknownName } from '../../common/apiError.js';

/** Parses a JSON object. */
export function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError(400, 'bad.request', 'The request could not be understood: [body] is no JSON.');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw invalidValue('body', value, 'It must be an object.');
}

/** Holds a body against its schema; the refusal names the first field at fault. */
export function readBody<T>(schema: z.ZodType<T>, body: Record<string, unknown>): T {
  const result = schema.safeParse(body, { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw result.error;
  const at = (path: readonly PropertyKey[]) => path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    throw unknownName('field', at([...issue.path, ...issue.keys.slice(0, 1)]));
  }
  throw invalidValue(at(issue.path), issue.input ?? null, issue.message);
}
