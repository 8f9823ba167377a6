/** docker-compose.yml against the schema that the Compose Specification publishes; needs Go and a module proxy. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { readComposeFile } from '../compose/composeFile.js';
import { hasGo, publishedSchema } from '../compose/publishedSchema.js';

describe.skipIf(!(await hasGo()))("the Compose Specification's schema", () => {
  let schema: object;

  beforeAll(async () => {
    schema = await publishedSchema();
  });

  function validator() {
    // Formats in it are those of Compose ("duration", "ports"), not of JSON Schema.
    return new Ajv2020({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
  }

  it('accepts the file', async () => {
    const validate = validator();
    validate(await readComposeFile());
    expect(validate.errors).toBeNull();
  });

  it.each([
    ['an element that Compose does not know', { image: 'a:1', dependson: [] }],
    [
      'a condition nobody can wait for',
      { image: 'a:1', depends_on: { postgres: { condition: 'service_done' } } },
    ],
    ['a port that is no port', { image: 'a:1', ports: [{ published: {} }] }],
    ['a misspelt part of a health check', { image: 'a:1', healthcheck: { test: 'true', intervall: '5s' } }],
  ])('refuses %s', async (_, extra) => {
    const file = await readComposeFile();
    expect(validator()({ ...file, services: { ...file.services, extra } })).toBe(false);
  });
});
