import type { z } from 'zod';
import { TidemarkError } from '../../model/errors.js';
import { jsonText, type JsonText } from '../../model/jsonText.js';
import type { SourceRecord } from '../source.js';

/** Checks staged JSON again where it is mapped. @throws TidemarkError SchemaMismatch naming what, path and value. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new TidemarkError(
    'SchemaMismatch',
    `${what}: ${(issue?.path ?? []).join('.') || '(root)'}: ${issue?.message ?? ''}.`,
    {
      remedy: 'The vendor sent a shape it does not document; the record is kept in staging.',
    },
  );
}

/** What the vendor sent, as rows keep it. */
export const rawOf = ({ body, text }: Pick<SourceRecord, 'body' | 'text'>): JsonText =>
  text ?? jsonText(body);

export const orNull = <T>(value: T | null | undefined): T | null => value ?? null;
export const instantOrNull = (value: string | null | undefined): string | null =>
  value ? new Date(value).toISOString() : null;
export const sortedJson = (items: readonly string[] | null | undefined) =>
  jsonText([...(items ?? [])].sort());
