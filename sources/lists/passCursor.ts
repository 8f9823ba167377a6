/** Positions in windows that are read by lists, one after the other. */
import type { Cursor } from '../source.js';
import { unknownCursor } from './unknownCursor.js';
import { leadsBack, listBegin, onTo, tokenPosition, type TokenPosition } from './tokenPosition.js';

export interface PassPosition<P extends string> extends TokenPosition {
  pass: P;
}

/** Cursors over lists that are read in the order in which they are named. */
export class PassCursors<P extends string> {
  private readonly passes: readonly P[];

  /** `labels`: what each list shows, for people. */
  constructor(private readonly labels: Readonly<Record<P, string>>) {
    this.passes = Object.keys(labels) as P[];
  }

  begin(): Cursor {
    const [first] = this.passes;
    if (first === undefined) throw new Error('a window is read by at least one list');
    return { pass: first, ...listBegin };
  }

  describe(cursor: Cursor): string {
    const { pass, page } = this.read(cursor);
    return `${this.labels[pass]}${page === 1 ? '' : `, page ${page}`}`;
  }

  /** @throws TidemarkError InvalidRequest for a cursor of another version. */
  read({ pass: name, ...cursor }: Cursor): PassPosition<P> {
    const pass = this.passes.find((each) => each === name);
    if (pass === undefined) throw unknownCursor('list', name);
    return { pass, ...tokenPosition(cursor) };
  }

  /** Behind a page: where it says that its list goes on, else the begin of the next list, else null. */
  after({ pass, ...position }: PassPosition<P>, token: string | null | undefined): Cursor | null {
    if (token) return { pass, ...onTo(position, token) };
    const next = this.passes[this.passes.indexOf(pass) + 1];
    return next === undefined ? null : { pass: next, ...listBegin };
  }

  /** Behind a page that cannot be used; one that leads back ends its list. */
  behind(cursor: Cursor, token: string | null): Cursor | null {
    const position = this.read(cursor);
    return this.after(position, token === null || leadsBack(position, token) ? null : token);
  }
}
