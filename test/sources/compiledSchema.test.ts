import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compiled } from '../../sources/compiledSchema.js';

const sources = join(import.meta.dirname, '../../sources');
const modules = (await readdir(sources, { recursive: true }))
  .filter((name) => /schemas\.ts$/i.test(name))
  .map((name) => join(sources, name));

describe('schemas of what vendors answer', () => {
  it.each(modules.map((path) => [relative(sources, path), path]))(
    '%s have code made for them',
    async (_, path) => {
      const exported = Object.entries((await import(path)) as Record<string, unknown>);
      const schemas = exported.filter((each): each is [string, z.ZodType] => each[1] instanceof z.ZodType);
      expect(schemas.length).toBeGreaterThan(0);
      for (const [name, schema] of schemas) {
        expect(() => z.compile(schema, { strict: true }), name).not.toThrow();
      }
    },
  );

  it('are made ready once, and say the same', () => {
    const schema = z.looseObject({ id: z.string(), score: z.number().nullish() });
    expect(compiled(schema)).toBe(compiled(schema));
    expect(compiled(schema).parse({ id: 'a', more: [1] })).toEqual({ id: 'a', more: [1] });
    const wrong = { id: 'a', score: '1' };
    expect(compiled(schema).safeParse(wrong).error).toEqual(schema.safeParse(wrong).error);
  });

  it('that refer to themselves stay as they are', () => {
    const tree: z.ZodType<{ parts?: unknown }> = z.object({
      get parts() {
        return z.array(tree).optional();
      },
    });
    expect(compiled(tree).parse({ parts: [{ parts: [] }] })).toEqual({ parts: [{ parts: [] }] });
  });
});
