/** What stands in a tenant's line of extraction jobs, for whoever waits for one of its streams. Pure. */
import type { ExtractionLine } from '../workflows/extractionLine.js';

export interface Waiting {
  connection: string;
  stream: string;
  /** Between two submissions of the tenant, milliseconds. */
  between: number;
}

/** One sentence without an end; null where the line holds nothing for the stream. @param now milliseconds */
export function jobLineText(
  { underWay, waiting, lastSubmission }: ExtractionLine,
  { connection, stream, between }: Waiting,
  now: number,
): string | null {
  const isOwn = (each: { connection: string; stream: string }) =>
    each.connection === connection && each.stream === stream;
  if (underWay !== null && isOwn(underWay)) {
    const { job, jobId, since } = underWay;
    if (jobId !== null && since !== null) {
      return `the vendor makes the file ${job}, ${secondsFrom(Date.parse(since), now)} s so far`;
    }
    const free = lastSubmission === null ? now : Date.parse(lastSubmission) + between;
    return `the job ${job} is to be submitted in ${secondsFrom(now, free)} s: the vendor asks for a pause between two`;
  }
  const before = waiting.findIndex(isOwn);
  if (before < 0) return null;
  const others = before + (underWay === null ? 0 : 1);
  const first = underWay ?? waiting[0];
  const whose =
    first === undefined || isOwn(first) ? '' : `, first that of ${first.connection} ${first.stream}`;
  if (others === 0) return "its jobs are next in the tenant's line";
  return `its jobs stand in the tenant's line, ${others} ${others === 1 ? 'request' : 'requests'} before them${whose}`;
}

/** The same sentence all the time that nothing but the clock moves, for logs. */
export const withoutSeconds = (text: string): string => text.replace(/(?:, | in )\d+ s(?: so far)?/u, '');

const secondsFrom = (start: number, end: number): number => Math.max(0, Math.ceil((end - start) / 1_000));
