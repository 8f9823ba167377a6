/** tidemark.yaml: what is accepted, what a wrong one is told, and the files that go with it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { addMonths } from '../../simulator/common/instants.js';
import { configurationJsonSchema } from '../../workers/configurationJsonSchema.js';
import { streamOf } from '../../workers/connections.js';
import { checkConfiguration, loadConfiguration } from '../../workers/loadConfiguration.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

const environment = { ACME_CLIENT_ID: 'an-id', ACME_CLIENT_SECRET: 'a-secret' };
const projectFile = (name: string) => new URL(`../../${name}`, import.meta.url);

const acme = {
  vendor: 'genesys',
  region: 'eu-central-1',
  clientId: '${ACME_CLIENT_ID}',
  clientSecret: '${ACME_CLIENT_SECRET}',
  streams: { evaluations: { startFrom: '2026-01-01' } },
};
const withStream = (settings: object) => ({
  connections: { acme: { ...acme, streams: { evaluations: { startFrom: '2026-01-01', ...settings } } } },
});
const check = (document: unknown) => checkConfiguration(document, '/etc/tidemark/tidemark.yaml', environment);

describe('a configuration', () => {
  it('is completed with defaults, durations in milliseconds, paths from its own folder', () => {
    const configuration = check({
      connections: { acme: { ...acme, streams: { evaluations: { startFrom: '2026-01-01', every: '15m' } } } },
    });
    expect(configuration.connections['acme']).toMatchObject({
      clientSecret: 'a-secret',
      allowance: { requests: 300, window: 60_000 },
      streams: {
        evaluations: { every: 900_000, startFrom: '2026-01-01T00:00:00.000Z', overlap: 1_800_000 },
      },
    });
    expect(configuration.warehouse).toMatchObject({ path: '/etc/tidemark/tidemark.duckdb' });
    expect(configuration.staging).toBe('file:///etc/tidemark/.tidemark/staging');
  });

  it('takes windows no longer than what a search spans, wherever they begin', () => {
    const configuration = check(withStream({ maxWindow: '88d' }));
    const { maxWindow } = streamOf(configuration, 'acme', 'evaluations');
    for (let from = Date.UTC(2024, 0, 1); from < Date.UTC(2028, 0, 1); from += 86_400_000) {
      expect(from + maxWindow + 1).toBeLessThanOrEqual(addMonths(from, 3));
    }
  });

  it('takes every stream of a contract, each with its own defaults', () => {
    const startFrom = '2026-01-01';
    const streams = { csat: { startFrom }, feedback: { startFrom }, divisions: { startFrom } };
    const metrics = { timeZone: 'America/New_York' };
    const configuration = check({
      connections: {
        published: { ...acme, streams: { evaluations: { startFrom }, ...streams, metrics } },
        guide: {
          ...acme,
          api: 'guide',
          signIn: 'json',
          streams: { assessments: { startFrom }, ...streams, metrics },
        },
      },
    });
    expect(configuration.connections['published']?.streams).toMatchObject({
      evaluations: { conversations: false, discovery: 'lists' },
      csat: { conversations: true, label: 'csat', overlap: 7 * 86_400_000 },
      feedback: { deleted: 'archive', divisions: 'all' },
      metrics: { every: 900_000, dayStart: '00:00', by: ['agent'], countThreshold: 3, passScore: 80 },
    });
    expect(configuration.connections['guide']?.streams.assessments).toMatchObject({ divisions: 'each' });
  });

  it.each([
    [{ streams: { assessments: { startFrom: '2026-01-01' } } }, /streams\.assessments.*api: guide/],
    [{ signIn: 'json' }, /signIn.*json is not in the published API/],
    [
      {
        api: 'guide',
        streams: { assessments: { startFrom: '2026-01-01' }, evaluations: { startFrom: '2026-01-01' } },
      },
      /streams\.assessments.*are the same records as evaluations/,
    ],
    [
      { streams: { feedback: { startFrom: '2026-01-01', divisions: 'each' } } },
      /streams\.feedback\.divisions.*cannot be chosen in the published API.*api: guide/,
    ],
    [{ streams: { metrics: { timeZone: 'Europe/Atlantis' } } }, /streams\.metrics\.timeZone.*Europe\/Berlin/],
    [
      { api: 'guide', streams: { metrics: { timeZone: 'UTC', passScore: 75 } } },
      /metrics\.passScore is 75: the pass mark is 80 in the guide contract/,
    ],
    [{ streams: { metrics: {} } }, /streams\.metrics\.timeZone/],
    [{ streams: { metrics: { timeZone: 'UTC', dayStart: '8' } } }, /dayStart.*08:00/],
    [{ streams: { csat: { startFrom: '2026-01-01', interactionTypes: ['fax'] } } }, /interactionTypes/],
    [
      { streams: { evaluations: { startFrom: '2026-01-01', daily: { at: '25:00' } } } },
      /evaluations\.daily\.at.*01:00/,
    ],
  ])('with %j is refused, with the setting and the remedy', (change, message) => {
    expect(() => check({ connections: { acme: { ...acme, ...change } } })).toThrow(message);
  });

  it.each([
    [['voice'], ['voice']],
    [['digital'], ['chat', 'email', 'message']],
    [
      ['email', 'digital', 'callback'],
      ['email', 'chat', 'message', 'callback'],
    ],
  ])('takes the interaction types %j as %j', (interactionTypes, taken) => {
    const streams = { csat: { startFrom: '2026-01-01', interactionTypes } };
    const { connections } = check({ connections: { acme: { ...acme, streams } } });
    expect(connections['acme']?.streams).toMatchObject({ csat: { interactionTypes: taken } });
  });

  it.each([
    ['file:./staging', 'file:///etc/tidemark/staging'],
    ['file:///var/staging', 'file:///var/staging'],
    ['s3://bucket/prefix', 's3://bucket/prefix'],
    ['gs://bucket', 'gs://bucket'],
  ])('takes the staging %s as %s', (staging, taken) => {
    expect(check({ ...withStream({}), staging }).staging).toBe(taken);
  });

  it.each(['s3:bucket', 'az://bucket/x', './staging', 'file:', 'gs:///prefix'])(
    'refuses the staging %j with what could be there',
    (staging) => {
      expect(() => check({ ...withStream({}), staging })).toThrow(
        `staging is "${staging}": write file: and a directory (file:./.tidemark/staging), or a bucket as gs://bucket/prefix`,
      );
    },
  );

  it.each(['s3://bucket/my prefix', 's3://bucket/a//b', 'gs://b/prefix'])(
    'refuses the staging %j with what a bucket and a prefix may be',
    (staging) => {
      expect(() => check({ ...withStream({}), staging })).toThrow(
        `staging is "${staging}": write the bucket as its vendor names it, and a prefix of letters, digits`,
      );
    },
  );

  it.each([
    [
      'a misspelt setting',
      withStream({ safteyLag: '1m' }),
      /streams\.evaluations: unknown setting safteyLag/,
    ],
    [
      'a duration without unit',
      withStream({ every: '15' }),
      /evaluations\.every is "15": write a whole number and a unit/,
    ],
    [
      'an outage that is not waited for, which Temporal takes for one without end',
      withStream({ outageTolerance: '0s' }),
      /evaluations\.outageTolerance is "0s": write 1ms at least/,
    ],
    ['a number for a duration', withStream({ overlap: 30 }), /evaluations\.overlap is 30: /],
    [
      'no first day',
      { connections: { acme: { ...acme, streams: { evaluations: {} } } } },
      /startFrom is missing: write a date/,
    ],
    ['a day that does not exist', withStream({ startFrom: '2026-02-30' }), /startFrom is "2026-02-30"/],
    ['no connection', { connections: {} }, /connections is \{\}: name at least one connection/],
    [
      'a name that cannot be part of an id',
      { connections: { 'Acme Ltd': acme } },
      /connections\.Acme Ltd: the name is not possible: use lower-case letters, digits and hyphens/,
    ],
    ['another vendor', { connections: { acme: { ...acme, vendor: 'other' } } }, /acme\.vendor is "other"/],
    [
      'a secret in the file',
      { connections: { acme: { ...acme, clientSecret: 'hunter2' } } },
      /acme\.clientSecret holds its secret in plain text: write \$\{NAME\}/,
    ],
    [
      'a variable that is not set',
      { connections: { acme: { ...acme, clientId: '${NOT_SET}' } } },
      /environment variable NOT_SET is referred to but not set.*set -a; \. \.\/\.env; set \+a/,
    ],
    [
      'a region that is none of the vendor',
      { connections: { acme: { ...acme, region: 'eu-middle-9' } } },
      /connections\.acme\.region is "eu-middle-9": write the AWS region of the organisation \(us-east-1, .*\), or apiUrl/,
    ],
    [
      'neither a region nor both URLs',
      { connections: { acme: { ...acme, region: undefined, apiUrl: 'https://gateway.example' } } },
      /connections\.acme\.region is missing: write the AWS region/,
    ],
    [
      'an empty file',
      null,
      /the file is null: write settings as in tidemark\.example\.yaml, connections first/,
    ],
    ['a list', [acme], /the file is a list of 1: write settings/],
    [
      'a warehouse that there is not',
      { connections: { acme }, warehouse: { kind: 'mysql' } },
      /warehouse\.kind is "mysql": write duckdb, parquet, ndjson, postgres or bigquery/,
    ],
    [
      'a window the vendor does not search',
      withStream({ maxWindow: '89d' }),
      /maxWindow is "89d": write 1m to 88d: .* three calendar months/,
    ],
    [
      'a webhook in the clear',
      { connections: { acme }, alerts: { webhook: 'http://hooks.example/x' } },
      /alerts\.webhook is "http:\/\/hooks\.example\/x": write an https URL/,
    ],
    [
      'a coverage of more than everything',
      { connections: { acme }, alerts: { coverageBelow: 120 } },
      /alerts\.coverageBelow is 120/,
    ],
    ['a batch of nothing', withStream({ pagesPerBatch: 0 }), /pagesPerBatch is 0/],
    ['a schedule of no length', withStream({ every: '0s' }), /every is "0s": write 1s at least/],
    ['a duration beyond all dates', withStream({ overlap: '99999999999d' }), /overlap is .*at most 3650d/],
    ['a window of no length', withStream({ maxWindow: '0s', overlap: '0s' }), /maxWindow is "0s": write 1m/],
    [
      'a secret in a list',
      { connections: { acme: { ...acme, clientSecret: ['hunter2'] } } },
      /^(?![^]*hunter2)[^]*acme\.clientSecret holds its secret in plain text[^]*is not shown/,
    ],
    [
      'a connection as a list',
      { connections: { acme: [{ clientSecret: 'hunter2' }] } },
      /acme is a list of 1/,
    ],
  ])('with %s is refused', (_, document, message) => {
    expect(() => check(document)).toThrow(message);
  });

  it('is told everything that is wrong at once, and no secret', () => {
    const wrong = { connections: { acme: { ...acme, clientSecret: 'hunter2', region: 4, vendor: 'other' } } };
    expect(() => check(wrong)).toThrow(/clientSecret[^]*vendor/);
    expect(() => check(wrong)).not.toThrow(/hunter2/);
  });

  it('that is missing or no YAML says what to do', async () => {
    const directory = await scratchDirectory();
    await expect(loadConfiguration(join(directory, 'none.yaml'))).rejects.toThrow(
      /none\.yaml" cannot be read/,
    );
    const broken = join(directory, 'broken.yaml');
    await writeFile(broken, 'connections: [unclosed');
    await expect(loadConfiguration(broken)).rejects.toThrow(/not valid YAML at line 1, column \d+/);
  });

  it.each([
    [
      'a line that may hold a secret',
      'connections:\n  clientSecret: "hunter2\n',
      /YAML at line \d+, column \d+/,
    ],
    ['an alias without anchor', 'connections: *acme', /line 1, column 14: an alias \(\*\) has no anchor/],
    [
      'a mapping that holds itself',
      'connections: &all { acme: *all }',
      /acme\.acme\.acme is nested more than/,
    ],
    ['brackets without end', '['.repeat(10_000), /nested too deeply/],
  ])('with %s says where and quotes nothing', async (_, text, message) => {
    const path = join(await scratchDirectory(), 'tidemark.yaml');
    await writeFile(path, text);
    await expect(loadConfiguration(path)).rejects.toThrow(message);
    await expect(loadConfiguration(path)).rejects.not.toThrow(/hunter2|\[\[/);
  });
});

describe('tidemark.schema.json', () => {
  test('is what the schema of the configuration says: otherwise npm run schema', async () => {
    const written = JSON.parse(await readFile(projectFile('tidemark.schema.json'), 'utf8')) as unknown;
    expect(written).toEqual(JSON.parse(JSON.stringify(configurationJsonSchema())));
  });

  test('accepts the example and refuses a misspelt setting', async () => {
    const validate = new Ajv({
      strict: false,
      formats: { uri: true, date: true, 'date-time': true },
    }).compile(configurationJsonSchema());
    const example = parse(await readFile(projectFile('tidemark.example.yaml'), 'utf8')) as unknown;
    expect(validate(example)).toBe(true);
    expect(validate(withStream({ safteyLag: '1m' }))).toBe(false);
    expect(validate(withStream({ every: '15' }))).toBe(false);
  });
});

test('the example is a configuration', async () => {
  const path = projectFile('tidemark.example.yaml').pathname;
  const { connections } = await loadConfiguration(path, environment);
  expect(Object.keys(connections)).toEqual(['acme']);
});
