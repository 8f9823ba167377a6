/** Writes tidemark.schema.json: npm run schema. A test tells when it has become stale. */
import { writeFile } from 'node:fs/promises';
import { configurationJsonSchema } from './configurationJsonSchema.js';

await writeFile('tidemark.schema.json', `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`);
