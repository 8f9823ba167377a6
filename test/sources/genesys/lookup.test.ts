import { describe, expect, test } from 'vitest';
import { answersMatch, lookup } from '../../../sources/genesys/published/lookup.js';
import type { RecordReference, SourcePage, SourceRecord } from '../../../sources/source.js';
import { never, sendJson, type Script } from '../http/testServer.js';
import { clientOf } from './client.js';
import { finished, pending, recordOf } from './fixtures.js';

const context = { signal: never, priority: 2 } as const;
const evaluation: RecordReference = {
  kind: 'evaluation',
  id: 'evaluation-1',
  locator: 'conversation-1',
  changedAt: '2026-03-04T10:00:00.123Z',
  isAutomated: null,
  reason: 'event',
};
const calibration: RecordReference = {
  ...evaluation,
  kind: 'calibration',
  id: 'calibration-1',
  reason: 'calibration',
};

const answering =
  (status: number, body: unknown): Script =>
  (_, response) =>
    sendJson(response, status, body);

async function read(reference: RecordReference, script: Script) {
  const { api, server } = await clientOf(script);
  return { found: await lookup(api, reference, context), server };
}

const apiRequests = (received: readonly { url: string }[]) =>
  received.map(({ url }) => url).filter((url) => url !== '/oauth/token');

describe('an evaluation read by id', () => {
  test('is asked for below its conversation, and kept as it came', async () => {
    const sent = { ...finished, addedByTheVendor: { deep: [1] } };
    const { found, server } = await read(evaluation, answering(200, sent));
    expect(apiRequests(server.received)).toEqual([
      '/api/v2/quality/conversations/conversation-1/evaluations/evaluation-1',
    ]);
    expect(found).toEqual({
      outcome: 'found',
      record: {
        kind: 'evaluation',
        id: 'evaluation-1',
        locator: 'conversation-1',
        conversationId: 'conversation-1',
        changeStamp: '2026-03-04T10:00:00.123Z',
        formId: 'form-v3',
        isAutomated: false,
        totalScore: 87.5,
        extractedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/u),
        body: sent,
      },
      references: [
        {
          kind: 'evaluation',
          id: 'evaluation-0',
          locator: 'conversation-1',
          changedAt: '2026-03-04T10:00:00.123Z',
          isAutomated: null,
          reason: 'retracted',
        },
      ],
    });
  });

  test('leads to its calibration', async () => {
    const { found } = await read(
      evaluation,
      answering(200, { ...finished, retractedEvaluation: null, calibration: { id: 'calibration-1' } }),
    );
    expect(found).toMatchObject({
      references: [{ kind: 'calibration', id: 'calibration-1', locator: 'conversation-1' }],
    });
  });

  test('with ids of unusual letters stays below its conversation', async () => {
    const odd = { ...evaluation, id: 'a/b?c', locator: '../x#y' };
    const { server } = await read(odd, answering(404, { code: 'not.found', status: 404 }));
    expect(apiRequests(server.received)).toEqual([
      '/api/v2/quality/conversations/..%2Fx%23y/evaluations/a%2Fb%3Fc',
    ]);
  });

  test('is gone where the vendor knows none', async () => {
    const before = new Date().toISOString();
    const { found } = await read(evaluation, answering(404, { code: 'not.found', status: 404 }));
    expect(found).toEqual({ outcome: 'gone', reference: evaluation, extractedAt: expect.any(String) });
    expect(found.outcome === 'gone' && found.extractedAt >= before).toBe(true);
  });

  test('is hidden, not gone, where the vendor says so', async () => {
    const { found } = await read(evaluation, answering(200, { id: 'evaluation-1', redacted: true }));
    expect(found).toEqual({ outcome: 'redacted', reference: evaluation });
  });

  test.each(['missing.division.permission', 'missing.any.division.permissions'])(
    'refused for its division (%s) is hidden: nothing else fails for it',
    async (code) => {
      const body = { status: 403, code, message: 'Missing division permission quality:evaluation:view.' };
      const refused = { outcome: 'redacted' };
      expect((await read(evaluation, answering(403, body))).found).toEqual({
        ...refused,
        reference: evaluation,
      });
      expect((await read(calibration, answering(403, body))).found).toEqual({
        ...refused,
        reference: calibration,
      });
    },
  );

  test.each(['missing.permissions', 'missing.any.permissions', 'subdivision.locked'])(
    'refused for another reason (%s) fails: nobody would see what is missing',
    async (code) => {
      await expect(
        read(evaluation, answering(403, { status: 403, code, message: 'No.' })),
      ).rejects.toMatchObject({ kind: 'Forbidden', code });
    },
  );

  test.each([
    [403, 'Forbidden'],
    [400, 'InvalidRequest'],
    [410, 'InvalidRequest'],
    [429, 'RateLimited'],
    [503, 'UpstreamUnavailable'],
  ])('answered with %i is neither found nor gone', async (status, kind) => {
    await expect(read(evaluation, answering(status, { message: 'no' }))).rejects.toMatchObject({
      name: 'TidemarkError',
      kind,
      status,
    });
  });

  test('of a broken shape is refused', async () => {
    await expect(read(evaluation, answering(200, { ...finished, status: 'LOST' }))).rejects.toMatchObject({
      kind: 'SchemaMismatch',
    });
  });

  const { evaluator: _, ...withoutEvaluator } = finished;
  test.each([
    ['a list said automated', true, finished, true],
    ['a list said people', false, withoutEvaluator, false],
    ['no list, with evaluator', null, finished, false],
    ['no list, submitted without evaluator', null, withoutEvaluator, true],
    ['no list, not submitted, without evaluator', null, pending, null],
  ])('is automated as far as can be told: %s', async (_name, isAutomated, body, expected) => {
    const { found } = await read({ ...evaluation, isAutomated }, answering(200, body));
    expect(found).toMatchObject({ record: { isAutomated: expected } });
  });
});

describe.each([evaluation, calibration])('a $kind without its conversation', (reference) => {
  test.each(['', ' '])(
    'cannot be used and is not gone, and nothing else is kept from being read: "%s"',
    async (locator) => {
      const { api, server } = await clientOf(answering(404, { code: 'not.found', status: 404 }));
      await expect(lookup(api, { ...reference, locator }, context)).rejects.toMatchObject({
        kind: 'SchemaMismatch',
        message: expect.stringContaining(reference.id),
        // What has something to keep goes to quarantine.
        body: { kind: reference.kind, id: reference.id, reason: reference.reason },
      });
      expect(apiRequests(server.received)).toEqual([]);
    },
  );
});

describe('a calibration read by id', () => {
  const body = {
    id: 'calibration-1',
    createdDate: '2026-03-01T08:00:00Z',
    evaluationForm: { id: 'form-v3' },
    addedByTheVendor: true,
  };

  test('is asked for with its conversation, and as new as what led to it', async () => {
    const { found, server } = await read(calibration, answering(200, body));
    expect(apiRequests(server.received)).toEqual([
      '/api/v2/quality/calibrations/calibration-1?conversationId=conversation-1',
    ]);
    expect(found).toMatchObject({
      outcome: 'found',
      record: {
        kind: 'calibration',
        id: 'calibration-1',
        locator: 'conversation-1',
        conversationId: 'conversation-1',
        changeStamp: calibration.changedAt,
        formId: 'form-v3',
        isAutomated: null,
        body,
      },
      references: [],
    });
  });

  test('made after what led to it is as new as its making', async () => {
    const { found } = await read(
      calibration,
      answering(200, { ...body, createdDate: '2026-05-01T08:00:00Z' }),
    );
    expect(found).toMatchObject({ record: { changeStamp: '2026-05-01T08:00:00.000Z' } });
  });

  test('is gone where the vendor knows none', async () => {
    const { found } = await read(calibration, answering(404, {}));
    expect(found).toMatchObject({ outcome: 'gone', reference: calibration });
  });

  test('that may not be read is not gone', async () => {
    await expect(read(calibration, answering(403, {}))).rejects.toMatchObject({ kind: 'Forbidden' });
  });
});

describe('whether lists carry whole answers', () => {
  const pageWith = (...records: SourceRecord[]): SourcePage => ({
    records,
    references: [],
    redacted: [],
    next: null,
  });
  const changedStamp = { ...finished, changedDate: '2026-03-09T00:00:00.000Z' };
  const [service, knowledge] = finished.answers.questionGroupScores;
  const withGroups = (questionGroupScores: unknown[]) => ({
    ...finished,
    answers: { ...finished.answers, questionGroupScores },
  });
  const fewer = withGroups([service, { ...knowledge, questionScores: knowledge?.questionScores.slice(1) }]);
  const commentless = withGroups([
    {
      ...service,
      questionScores: service?.questionScores.map((score) => ({ ...score, comments: undefined })),
    },
    knowledge,
  ]);
  const bare = (...without: string[]) => ({
    ...finished,
    answers: Object.fromEntries(Object.entries(finished.answers).filter(([name]) => !without.includes(name))),
  });
  const unticked = withGroups([
    {
      ...service,
      questionScores: service?.questionScores.map((score) => ({
        ...score,
        multipleSelectQuestionOptionScores: undefined,
      })),
    },
    knowledge,
  ]);

  test.each([
    ['the same answers', finished, finished, true],
    ['the same answers in another order', finished, withGroups([knowledge, service]), true],
    ['an answer less', fewer, finished, false],
    ['no comments', commentless, finished, false],
    ['no comments on the whole', bare('comments'), finished, false],
    ['no private comments', bare('privateComments'), finished, false],
    ["none of the agent's comments", bare('agentComments'), finished, false],
    ['no total', bare('totalScore'), finished, false],
    ['no word on fatal questions', bare('anyFailedKillQuestions'), finished, false],
    ['no divisions', { ...finished, divisionIds: undefined }, finished, false],
    ['none of the options that were ticked', unticked, finished, false],
    ['no names of people', { ...finished, agent: { id: 'agent-1' } }, finished, true],
    [
      'less of the scorecard of a calibration',
      { ...bare('comments'), calibration: { id: 'calibration-1' } },
      { ...finished, calibration: { id: 'calibration-1' } },
      false,
    ],
    ['an answer less, of a record that changed meanwhile', fewer, changedStamp, null],
  ])('is found by reading one by id: %s', async (_, listed, byId, expected) => {
    const { api, server } = await clientOf(answering(200, byId));
    expect(await answersMatch(api, pageWith(recordOf(listed)), context)).toBe(expected);
    expect(apiRequests(server.received)).toHaveLength(1);
  });

  test.each([
    ['that is gone meanwhile', 404, {}],
    ['that is hidden meanwhile', 200, { id: 'evaluation-1', redacted: true }],
    ['that was moved out of sight meanwhile', 403, { code: 'missing.division.permission' }],
  ])('is not told by a record %s', async (_, status, body) => {
    const { api } = await clientOf(answering(status, body));
    expect(await answersMatch(api, pageWith(recordOf(fewer)), context)).toBeNull();
  });

  test('is asked of the same three records at most, whatever the order of the page', async () => {
    const records = ['evaluation-3', 'evaluation-1', 'evaluation-4', 'evaluation-2'].map((id) =>
      recordOf({ ...finished, id }),
    );
    const { api, server } = await clientOf(answering(404, {}));
    await answersMatch(api, pageWith(...records), context);
    await answersMatch(api, pageWith(...records.toReversed()), context);
    const asked = ['evaluation-1', 'evaluation-2', 'evaluation-3'];
    expect(apiRequests(server.received).map((url) => url.split('/').at(-1))).toEqual([...asked, ...asked]);
  });

  test('is not asked of records that have no answers or cannot be read by id', async () => {
    const { api, server } = await clientOf(answering(404, {}));
    const page = pageWith(recordOf(pending), recordOf(finished, { locator: '' }));
    expect(await answersMatch(api, page, context)).toBeNull();
    expect(apiRequests(server.received)).toEqual([]);
  });
});
