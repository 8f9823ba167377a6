/** Tells listeners that the answer to their question is another one now. */
import type { ServerResponse } from 'node:http';
import type { DashboardConnection, DaySnapshots } from './daySnapshots.js';
import type { ScoresQuery } from './parameters.js';
import { renderScores } from './scores.js';

export interface EventSettings {
  /** Milliseconds between looks at the warehouse, while anybody listens. */
  refreshEvery: number;
  /** Milliseconds between signs of life, so that proxies keep the connection. */
  heartbeatEvery: number;
}

interface Listener {
  connection: DashboardConnection;
  query: ScoresQuery;
  /** Two with the same one have the same answer. */
  question: string;
  etag: string;
  response: ServerResponse;
}

/** Beyond, the server has better things to do than to hold connections. */
export const mostListeners = 500;

export class ScoreEvents {
  readonly #snapshots: DaySnapshots;
  readonly #settings: EventSettings;
  readonly #listeners = new Set<Listener>();
  #looking: NodeJS.Timeout | undefined;
  #beating: NodeJS.Timeout | undefined;

  constructor(snapshots: DaySnapshots, settings: EventSettings) {
    this.#snapshots = snapshots;
    this.#settings = settings;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Takes over a response whose head is written; tells the present ETag at once, then each other one. */
  add(connection: DashboardConnection, query: ScoresQuery, etag: string, response: ServerResponse): void {
    if (response.destroyed) return;
    const question = JSON.stringify([connection.name, query]);
    const listener = { connection, query, question, etag, response };
    this.#listeners.add(listener);
    response.on('close', () => this.#remove(listener));
    response.write(`retry: ${this.#settings.refreshEvery}\n\n`);
    this.#tell(listener, etag);
    this.#beating ??= setInterval(() => this.#beat(), this.#settings.heartbeatEvery);
    this.#looking ??= setTimeout(() => void this.#look(), this.#settings.refreshEvery);
  }

  close(): void {
    for (const listener of this.#listeners) {
      listener.response.end();
      this.#remove(listener);
    }
  }

  /** One look for all listeners; the next one begins when this one is over. */
  async #look(): Promise<void> {
    const etags = new Map<string, string | null>();
    for (const listener of this.#listeners) {
      const { question } = listener;
      if (!etags.has(question)) etags.set(question, await this.#etagOf(listener));
      const etag = etags.get(question) ?? null;
      if (etag !== null && etag !== listener.etag) this.#tell(listener, etag);
    }
    // Listeners that came after the last one had gone have set a timer of their own.
    clearTimeout(this.#looking);
    this.#looking =
      this.#listeners.size === 0
        ? undefined
        : setTimeout(() => void this.#look(), this.#settings.refreshEvery);
  }

  /** Null while nothing can be read; the snapshots have reported why. */
  async #etagOf({ connection, query }: Listener): Promise<string | null> {
    try {
      return renderScores(await this.#snapshots.read(connection, query.day), query).etag;
    } catch {
      return null;
    }
  }

  #tell(listener: Listener, etag: string): void {
    listener.etag = etag;
    listener.response.write(`event: changed\ndata: ${JSON.stringify({ etag })}\n\n`);
  }

  #beat(): void {
    for (const { response } of this.#listeners) response.write(': still here\n\n');
  }

  #remove(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    clearInterval(this.#beating);
    clearTimeout(this.#looking);
    this.#beating = undefined;
    this.#looking = undefined;
  }
}
