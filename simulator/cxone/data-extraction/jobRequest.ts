/** What a job is asked for with. */
import type { Arrival } from '../../http/exchange.js';
import { dayMs, type Span } from '../../common/instants.js';
import { badRequest } from './errors.js';
import { jsonTexts } from './requestFields.js';
import type { ExtractionSettings } from './settings.js';

/** What files there are, and in which versions. */
export const entities = { 'qm-workflows': ['3', '4'], 'qm-questions': ['1'] } as const;
export type EntityName = keyof typeof entities;

export interface JobRequest {
  entityName: EntityName;
  version: string;
  /** As they were asked for, YYYY-MM-DD. */
  startDate: string;
  endDate: string;
  /** What they come to. */
  span: Span;
}

const longestDays = 15;
const fields = ['entityName', 'version', 'startDate', 'endDate'];

/** @throws ApiError 400 naming the field and its value */
export function readJobRequest(arrival: Arrival, { endDate: end }: ExtractionSettings): JobRequest {
  const { entityName = '', version = '', startDate = '', endDate = '' } = jsonTexts(arrival, fields);
  if (!isEntity(entityName)) throw badRequest(`entityName ${entityName} is not supported.`);
  const versions: readonly string[] = entities[entityName];
  if (!versions.includes(version))
    throw badRequest(`version ${version} of ${entityName} is not supported: ${versions.join(', ')}.`);
  const from = readDate('startDate', startDate);
  const last = readDate('endDate', endDate);
  if (last < from) throw badRequest(`endDate ${endDate} is before startDate ${startDate}.`);
  const to = end === 'inclusive' ? last + dayMs : last;
  if (to - from > longestDays * dayMs)
    throw badRequest(`startDate ${startDate} to endDate ${endDate} is more than ${longestDays} days.`);
  return { entityName, version, startDate, endDate, span: { from, to } };
}

function isEntity(name: string): name is EntityName {
  return Object.hasOwn(entities, name);
}

function readDate(field: string, text: string): number {
  const instant = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00.000Z`) : Number.NaN;
  // The 31st of February is read as a day of March by some engines.
  if (Number.isNaN(instant) || !new Date(instant).toISOString().startsWith(text))
    throw badRequest(`${field} ${text} is no date of the form YYYY-MM-DD.`);
  return instant;
}
