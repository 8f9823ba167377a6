import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { invalidValue } from '../published/apiError.js';

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

/** Page tokens: opaque to clients, who are told when they changed one or used it for something else. */
export class Cursors {
  readonly #key = randomBytes(32);

  /** One page, and the token of the next one if there is one. */
  page<T>(request: PageRequest, listing: Listing<T>): { items: T[]; next: string | undefined } {
    const filters = JSON.stringify(listing.filters);
    const after = request.token === undefined ? undefined : this.#read(request.name, request.token, filters);
    const size = served(request.size, filters, after);
    const items: T[] = [];
    let last: Position | undefined;
    for (const item of listing.itemsFrom(after?.time ?? listing.start)) {
      const position = listing.positionOf(item);
      if (after !== undefined && !isAfter(position, after)) continue;
      if (items.length === size) return { items, next: last && this.#write(last, filters) };
      items.push(item);
      last = position;
    }
    return { items, next: undefined };
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
