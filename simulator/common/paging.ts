import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { invalidValue } from './apiError.js';

/** Where a page ended: results come in the order of a time, then of ids, so that nothing is met twice or left out. */
export interface Position {
  time: number;
  id: string;
}

/** A listing that is read page by page. */
export interface Listing<T> {
  /** What was asked for but the page, as JSON: a token holds for nothing else. */
  filters: unknown;
  /** First time to look at. */
  start: number;
  positionOf: (item: T) => Position;
  /** Items from a time on, in order of their position. */
  itemsFrom: (time: number) => Iterable<T>;
}

/** What a request says of the page it wants. */
export interface PageRequest {
  size: number;
  /** The parameter the token is in. */
  name: string;
  token: string | undefined;
}

const macBytes = 16;
/** A client in a hurry reads on within this time; records change meanwhile, and a fresh walk sees them. */
const maxAgeMs = 2_000;
const walksKept = 20;

/** A listing on its way: the next page goes on where the last one ended. */
interface Walk<T> {
  rest: Iterator<T>;
  /** The item by which the last page knew that there is more. */
  ahead: T;
  startedAt: number;
}

/** Page tokens: opaque to clients, who are told when they changed one or used it for something else. */
export class Cursors {
  readonly #key = randomBytes(32);
  /**
   * By token, because looking a position up takes a walk of its own. A token holds without one, too: after a while,
   * when it is sent again, and once the organisation has changed.
   */
  readonly #walks = new Map<string, Walk<unknown>>();

  /** One page, and the token of the next one if there is one. */
  page<T>(request: PageRequest, listing: Listing<T>): { items: T[]; next: string | undefined } {
    const filters = JSON.stringify(listing.filters);
    const after = request.token === undefined ? undefined : this.#read(request.name, request.token, filters);
    const size = served(request.size, filters, after);
    const items: T[] = [];
    const walk = this.#resume<T>(request.token);
    const startedAt = walk?.startedAt ?? performance.now();
    const rest = walk?.rest ?? itemsAfter(listing, after);
    if (walk !== undefined) items.push(walk.ahead);
    for (let next = rest.next(); next.done !== true; next = rest.next()) {
      const last = items.at(-1);
      if (items.length === size && last !== undefined) {
        const token = this.#write(listing.positionOf(last), filters);
        this.#keep(token, { rest, ahead: next.value, startedAt });
        return { items, next: token };
      }
      items.push(next.value);
    }
    return { items, next: undefined };
  }

  /** Forgets where listings are: the organisation has changed. */
  forget(): void {
    this.#walks.clear();
  }

  #resume<T>(token: string | undefined): Walk<T> | undefined {
    const walk = token === undefined ? undefined : this.#walks.get(token);
    if (token === undefined || walk === undefined) return undefined;
    this.#walks.delete(token);
    // The filters that a token holds for say what its items are.
    return performance.now() - walk.startedAt > maxAgeMs ? undefined : (walk as Walk<T>);
  }

  #keep(token: string, walk: Walk<unknown>): void {
    this.#walks.set(token, walk);
    const oldest = this.#walks.keys().next().value;
    if (this.#walks.size > walksKept && oldest !== undefined) this.#walks.delete(oldest);
  }

  #write({ time, id }: Position, filters: string): string {
    const payload = Buffer.from(JSON.stringify([time, id]));
    return Buffer.concat([this.#mac(payload, filters), payload]).toString('base64url');
  }

  #read(name: string, token: string, filters: string): Position {
    const bytes = Buffer.from(token, 'base64url');
    const [mac, payload] = [bytes.subarray(0, macBytes), bytes.subarray(macBytes)];
    // Decoding is lenient, so that a changed token might come to the same bytes.
    const isWhole = mac.length === macBytes && bytes.toString('base64url') === token;
    if (!isWhole || !timingSafeEqual(mac, this.#mac(payload, filters))) {
      throw invalidValue(name, token, 'It was changed, or given for a request with other filters.');
    }
    const [time, id] = JSON.parse(payload.toString()) as [number, string];
    return { time, id };
  }

  #mac(payload: Buffer, filters: string): Buffer {
    return createHmac('sha256', this.#key).update(payload).update(filters).digest().subarray(0, macBytes);
  }
}

function* itemsAfter<T>(listing: Listing<T>, after: Position | undefined): Generator<T> {
  for (const item of listing.itemsFrom(after?.time ?? listing.start)) {
    if (after === undefined || isAfter(listing.positionOf(item), after)) yield item;
  }
}

function isAfter(position: Position, other: Position): boolean {
  return position.time > other.time || (position.time === other.time && position.id > other.id);
}

/** Every fourth page or so is short though more follows, always the same ones: as where a shard ends. */
function served(size: number, filters: string, after: Position | undefined): number {
  const [draw = 0, cut = 0] = createHash('sha1')
    .update(filters)
    .update(JSON.stringify(after ?? null))
    .digest();
  return draw % 4 === 0 ? Math.max(1, Math.floor((size * (64 + (cut >> 1))) / 256)) : size;
}
