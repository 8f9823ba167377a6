import { describe, expect, it } from 'vitest';
import { createShapes } from '../../model/rowShape.js';

describe('the shape of a row', () => {
  it('is one object for all rows that name their columns in one order', () => {
    const shapeOf = createShapes();
    const shape = shapeOf({ a: 1, b: 'x' });
    expect(shape.columns).toEqual(['a', 'b']);
    expect(shapeOf({ b: 2, a: 1 })).not.toBe(shape);
    expect(shapeOf({ a: null, b: null })).toBe(shape);
  });

  it('tells columns apart however they are named', () => {
    const shapeOf = createShapes();
    const shapes = [{ 'a,b': 1 }, { a: 1, b: 1 }, { 'a","b': 1 }, { a: 1 }, {}].map(shapeOf);
    expect(new Set(shapes).size).toBe(shapes.length);
  });
});
