/** Aggregates as tests ask for them. */
import type { Opened } from './simulatorClient.js';

export interface Group {
  group: Record<string, string>;
  data: {
    interval: string;
    metrics: { metric: string; stats: Record<string, number> }[];
    views?: { name: string; stats: { count: number } }[];
  }[];
}

/** Asks for aggregates at once. */
export async function aggregates(of: Opened, path: string, body: unknown): Promise<Group[]> {
  return (await of.api.post<{ results: Group[] }>(`${path}/query`, body)).results;
}
