import { describe, expect, it, vi } from 'vitest';
import { perShape } from '../../model/rowShape.js';

describe('what is known of the shape of a row', () => {
  it('is learnt once for all rows that name their columns in one order', () => {
    const learn = vi.fn((columns: readonly string[]) => ({ columns }));
    const known = perShape(learn);
    const shape = known({ a: 1, b: 'x' });
    expect(shape.columns).toEqual(['a', 'b']);
    expect(known({ b: 2, a: 1 })).not.toBe(shape);
    expect(known({ a: null, b: null })).toBe(shape);
    expect(learn).toHaveBeenCalledTimes(2);
  });

  it('tells columns apart however they are named', () => {
    const known = perShape((columns) => ({ columns }));
    const shapes = [{ 'a,b': 1 }, { a: 1, b: 1 }, { 'a","b': 1 }, { a: 1 }, {}].map(known);
    expect(new Set(shapes).size).toBe(shapes.length);
  });

  it('is asked for again where it could not be learnt, and leaves what was', () => {
    const known = perShape((columns) => {
      if (columns.includes('wrong')) throw new Error('of the wrong shape');
      return columns.length;
    });
    expect(known({ a: 1, b: 1 })).toBe(2);
    for (let time = 0; time < 2; time++) expect(() => known({ wrong: 1 })).toThrow('of the wrong shape');
    expect(known({ a: 2, b: 2 })).toBe(2);
  });
});
