/** What may be asked of the feed, and what is wrong with a question. */
import { z } from 'zod';
import type { Vendor } from '../model/vendor.js';

/** Which connections; what is undefined does not narrow. */
export interface ConnectionsQuery {
  /** Vendor of the connection. */
  sourceSystem?: Vendor | undefined;
}

/** Which scores of which day; what is undefined does not narrow. */
export interface ScoresQuery extends ConnectionsQuery {
  connection?: string | undefined;
  /** Business day, YYYY-MM-DD; the current one when it is undefined. */
  day?: string | undefined;
  entity: 'agent' | 'queue' | 'skill' | 'form' | 'evaluator';
  form?: string | undefined;
  queue?: string | undefined;
  team?: string | undefined;
  minCount: number;
  format: 'json' | 'csv';
}

/** A parameter that is refused: an answer with status 400. */
export class BadParameter extends Error {
  override readonly name = 'BadParameter';

  constructor(
    readonly parameter: string,
    readonly value: string,
    readonly remedy: string,
  ) {
    super(`${parameter}: "${value}" is refused. ${remedy}`);
  }
}

const id = z
  .string({ error: 'Give it once.' })
  .min(1, 'Leave it out, or give an id.')
  .max(200, 'Give an id.');
const entities = ['agent', 'queue', 'skill', 'form', 'evaluator'] as const;

const vendors = ['genesys', 'cxone'] as const satisfies Vendor[];

const connectionsQuery = z.strictObject({
  sourceSystem: z.enum(vendors, { error: `Write ${vendors.join(' or ')}.` }).optional(),
});

const scoresQuery = connectionsQuery.extend({
  connection: id.optional(),
  day: z.iso.date({ error: 'Write a date as YYYY-MM-DD, or leave it out for the current day.' }).optional(),
  entity: z.enum(entities, { error: `Write one of ${entities.join(', ')}.` }).default('agent'),
  form: id.optional(),
  queue: id.optional(),
  team: id.optional(),
  minCount: z
    .string({ error: 'Give it once.' })
    .regex(/^\d{1,6}$/, 'Write a whole number from 0 to 999999.')
    .transform(Number)
    .default(0),
  format: z.enum(['json', 'csv'], { error: 'Write json or csv.' }).default('json'),
});

/** Throws BadParameter for the first one that is wrong. @param query as the server parsed it */
export function parseScoresQuery(query: unknown): ScoresQuery {
  const parsed = scoresQuery.safeParse(query);
  if (!parsed.success) throw badParameter(parsed.error, query);
  const { form, queue } = parsed.data;
  if (form !== undefined && queue !== undefined) {
    throw new BadParameter(
      'queue',
      queue,
      'Give form or queue: the source is asked for scores by one of them, not by both.',
    );
  }
  return parsed.data;
}

/** Throws BadParameter for the first one that is wrong. @param query as the server parsed it */
export function parseConnectionsQuery(query: unknown): ConnectionsQuery {
  const parsed = connectionsQuery.safeParse(query);
  if (!parsed.success) throw badParameter(parsed.error, query);
  return parsed.data;
}

function badParameter({ issues: [issue] }: z.ZodError, query: unknown): BadParameter {
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const parameter = unknown ?? String(issue?.path[0] ?? '');
  const value = (query as Readonly<Record<string, unknown>>)[parameter];
  return new BadParameter(
    parameter,
    Array.isArray(value) ? value.join('", "') : String(value),
    unknown === undefined ? (issue?.message ?? '') : 'There is no such parameter; see /api/v1/openapi.json.',
  );
}
