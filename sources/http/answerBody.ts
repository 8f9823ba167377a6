/** Reads the body of a success: JSON, then the schema of the request. */
import type { ZodType } from 'zod';
import { TidemarkError } from '../../model/errors.js';
import { clean, correlation, unreadable, type AnswerContext } from './answerErrors.js';
import type { Answer } from './transport.js';
import { textIn } from './vendorDialect.js';

const longestValue = 80;

/** Throws UpstreamUnavailable when the body is no JSON: it was cut off or comes from something in between. */
export function readJson(answer: Answer, context: AnswerContext): unknown {
  if (answer.status === 204) return null;
  const type = textIn(answer.headers, 'content-type');
  if (type !== undefined && !/\bjson\b/iu.test(type)) {
    throw unreadable(answer, context, `with ${clean(type, context.secrets)} instead of JSON`);
  }
  try {
    return JSON.parse(answer.body);
  } catch {
    throw unreadable(
      answer,
      context,
      `its JSON is cut off or malformed after ${answer.body.length} characters`,
    );
  }
}

/** Throws SchemaMismatch naming endpoint, path and value; with the body, unless it was one of signing in. */
export function checkShape<T>(schema: ZodType<T>, raw: unknown, answer: Answer, context: AnswerContext): T {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path ?? [];
  const others = parsed.error.issues.length - 1;
  const value = clean(shorten(valueAt(raw, path)), context.secrets);
  throw new TidemarkError(
    'SchemaMismatch',
    `${context.dialect.vendor}'s answer to ${context.endpoint} (connection ${context.connection}) has ${value} at ${pathText(path)}: ` +
      `${clean(issue?.message ?? 'not the documented shape', context.secrets)}${others > 0 ? ` (and ${others} more)` : ''}.`,
    {
      status: answer.status,
      ...correlation(answer, context),
      remedy:
        'The vendor changed this field or the base URL is of another API; report it with the correlation id.',
      ...(context.isSignIn === true ? {} : { body: raw }),
    },
  );
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let value = raw;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** A value for messages. Objects, lists and texts of several words may be about people; their kind says enough. */
export function shorten(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string' && /[\s@]/u.test(value)) return `a text of ${value.length} characters`;
  const text = JSON.stringify(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'its top';
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
}
