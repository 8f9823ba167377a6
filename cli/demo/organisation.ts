/** What a demonstration asks of its simulated organisation, and tells it, beside the API that the export uses. */
import type { ExportResult } from '../../model/mark.js';

const searchPath = '/api/v2/quality/evaluations/search';

/** The truth of what was exported: the run ends a safety lag before now. */
export function truthUrl(control: URL, { from, highWaterMark }: ExportResult): URL {
  const url = new URL('truth', control);
  url.searchParams.set('from', from);
  url.searchParams.set('to', highWaterMark);
  return url;
}

export async function post(url: URL, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url.href} answered ${response.status}: ${await response.text()}`);
}

interface Counters {
  repeated: { endpoint: string; times: number }[];
  byEndpoint: Record<string, { requests: number } | undefined>;
}

async function counters(control: URL): Promise<Counters> {
  const response = await fetch(new URL('counters', control));
  return (await response.json()) as Counters;
}

export async function pagesRead(control: URL): Promise<number> {
  return (await counters(control)).byEndpoint[`POST ${searchPath}`]?.requests ?? 0;
}

/** Pages of a search that the organisation was asked for more than once. */
export async function repeatedPages(control: URL): Promise<number> {
  const { repeated } = await counters(control);
  return repeated
    .filter(({ endpoint }) => endpoint === searchPath)
    .reduce((sum, { times }) => sum + times - 1, 0);
}
