import { z } from 'zod';
import { configurationSchema } from './configuration.js';

/** The configuration as JSON Schema, for completion and checks in editors; what a user writes, not what is parsed. */
export function configurationJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(configurationSchema, { io: 'input', target: 'draft-7' });
  return {
    $schema,
    title: 'Configuration of Tidemark (tidemark.yaml)',
    ...schema,
  };
}
