/** Positions in windows that are read by lists, one after the other. */
import { TidemarkError } from '../../../model/errors.js';
import type { Cursor } from '../../source.js';
import { unknownCursor } from '../unknownCursor.js';

export interface PassPosition<P extends string> {
  pass: P;
  /** Where the list goes on, in the source's own words; null at its begin. */
  token: string | null;
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
    return { pass: first, token: null };
  }

  describe(cursor: Cursor): string {
    const { pass, token } = this.read(cursor);
    return `${this.labels[pass]}${token === null ? '' : ', further on'}`;
  }

  /** @throws TidemarkError InvalidRequest for a cursor of another version. */
  read({ pass: name, token }: Cursor): PassPosition<P> {
    const pass = this.passes.find((each) => each === name);
    if (pass === undefined) throw unknownCursor('list', name);
    return { pass, token: typeof token === 'string' ? token : null };
  }

  /** Behind a page: where it says that its list goes on, else the begin of the next list, else null. */
  after({ pass, token: before }: PassPosition<P>, token: string | null | undefined): Cursor | null {
    if (token) {
      checkProgress(before, token);
      return { pass, token };
    }
    const next = this.passes[this.passes.indexOf(pass) + 1];
    return next === undefined ? null : { pass: next, token: null };
  }

  /** Behind a page that cannot be used; one that leads to itself ends its list. */
  behind(cursor: Cursor, token: string | null): Cursor | null {
    const position = this.read(cursor);
    return this.after(position, token === position.token ? null : token);
  }
}

/** @throws TidemarkError SchemaMismatch where a page leads to itself: reading on would never end. */
export function checkProgress(before: string | null, token: string | null): void {
  if (token === null || token !== before) return;
  throw new TidemarkError('SchemaMismatch', 'A page names itself as the next one.', {
    remedy: 'Nothing of it was kept; report it to whoever runs the API.',
  });
}
