/** What a stream is narrowed to. The contract takes one site and one queue at a time. Pure. */
import type { Chosen, CxoneGuideStream } from './streams.js';

/** As query parameters; undefined where nothing narrows. */
export interface Scope {
  siteId: string | undefined;
  queueId: string | undefined;
}

export const everywhere: Scope = { siteId: undefined, queueId: undefined };

/** Each site with each queue; together they are what the stream reads. */
export function scopesOf(stream: CxoneGuideStream): Scope[] {
  const queues = idsOf(stream.name === 'assessments' ? stream.queues : 'all');
  return idsOf(stream.sites).flatMap((siteId) => queues.map((queueId) => ({ siteId, queueId })));
}

const idsOf = (chosen: Chosen): readonly (string | undefined)[] =>
  chosen === 'all' ? [undefined] : [...new Set(chosen)];

/** For people: ", site A, queue B"; nothing where nothing narrows. */
export function scopeText({ siteId, queueId }: Scope): string {
  const site = siteId === undefined ? '' : `, site ${siteId}`;
  return queueId === undefined ? site : `${site}, queue ${queueId}`;
}
