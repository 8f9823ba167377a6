/** What a conversation of the vendor's analytics becomes. */
import { describe, expect, it, test } from 'vitest';
import { conversationFacts, mapConversation } from '../../../sources/genesys/published/mapConversation.js';
import { readConversations } from '../../../sources/genesys/published/conversations.js';
import { never, sendJson } from '../http/testServer.js';
import { clientOf } from './client.js';
import { expectRegistered, only } from './rows.js';

const mapping = { connection: 'acme', batchId: 'b1' };
const extractedAt = '2026-03-02T12:00:00.000Z';
const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 10, minute)).toISOString();
const source = (body: object) => ({
  conversationId: 'c1',
  extractedAt,
  body: { conversationId: 'c1', ...body },
});
const segment = (segmentType: string, from: number, to: number | null, queueId?: string) => ({
  segmentType,
  segmentStart: at(from),
  ...(to === null ? {} : { segmentEnd: at(to) }),
  ...(queueId === undefined ? {} : { queueId }),
});
const agent = (userId: string, segments: object[], mediaType = 'voice', purpose = 'agent') => ({
  purpose,
  userId,
  participantName: `Name of ${userId}`,
  sessions: [{ mediaType, segments }],
});

describe('a conversation', () => {
  it('is a row with what it says of itself', () => {
    const rows = mapConversation(
      source({
        conversationStart: at(0),
        conversationEnd: at(9),
        originatingDirection: 'Inbound',
        externalTag: 'CRM-1',
        divisionIds: ['d2', 'd1'],
        participants: [
          { purpose: 'customer', sessions: [{ mediaType: 'voice', segments: [segment('interact', 0, 9)] }] },
          { purpose: 'acd', sessions: [{ mediaType: 'voice', segments: [segment('interact', 0, 1, 'q1')] }] },
          agent('ada', [segment('alert', 1, 2, 'q1'), segment('interact', 2, 9, 'q1')]),
        ],
      }),
      mapping,
    );
    expectRegistered(rows);
    expect(only(rows.conversations)).toMatchObject({
      conversation_id: 'c1',
      external_reference: 'CRM-1',
      media_types: '["voice"]',
      direction: 'inbound',
      agent_id: 'ada',
      agent_name: 'Name of ada',
      queue_id: 'q1',
      queue_name: null,
      division_ids: '["d1","d2"]',
      started_at: at(0),
      ended_at: at(9),
      duration_seconds: 540,
      change_stamp: extractedAt,
    });
  });

  it('of which nothing more is known is a row all the same', () => {
    const rows = mapConversation(source({}), mapping);
    expectRegistered(rows);
    expect(only(rows.conversations)).toMatchObject({
      media_types: '[]',
      division_ids: '[]',
      agent_id: null,
      started_at: null,
      ended_at: null,
      duration_seconds: null,
    });
  });

  it('of another shape is named with the field', () => {
    expect(() => mapConversation(source({ divisionIds: 'd1' }), mapping)).toThrow(
      expect.objectContaining({ kind: 'SchemaMismatch', message: expect.stringContaining('divisionIds') }),
    );
  });
});

describe('agent, queue and medium', () => {
  test.each([
    [
      'of the last who talked',
      [agent('a', [segment('interact', 0, 3, 'q1')]), agent('b', [segment('interact', 3, 8, 'q2')])],
      ['b', 'q2', 'voice'],
    ],
    [
      'whatever the order of the participants',
      [agent('b', [segment('interact', 3, 8, 'q2')]), agent('a', [segment('interact', 0, 3, 'q1')])],
      ['b', 'q2', 'voice'],
    ],
    [
      'of one who still talks',
      [agent('a', [segment('interact', 0, null, 'q1')]), agent('b', [segment('interact', 3, 8, 'q2')])],
      ['a', 'q1', 'voice'],
    ],
    [
      'not of one who only let it ring',
      [agent('a', [segment('interact', 0, 3, 'q1')]), agent('b', [segment('alert', 3, 8, 'q2')])],
      ['a', 'q1', 'voice'],
    ],
    [
      'nor of a supervisor who listened',
      [
        agent('a', [segment('interact', 0, 3, 'q1')]),
        agent('s', [segment('monitoring', 0, 9), segment('coaching', 1, 9)]),
      ],
      ['a', 'q1', 'voice'],
    ],
    [
      'nor of a customer',
      [agent('c', [segment('interact', 0, 9)], 'voice', 'customer')],
      [null, null, 'voice'],
    ],
    ['of a call that came by no queue', [agent('a', [segment('interact', 0, 3)])], ['a', null, 'voice']],
    [
      'of a queue that only the ringing names',
      [agent('a', [segment('alert', 0, 1, 'q1'), segment('interact', 1, 3)])],
      ['a', 'q1', 'voice'],
    ],
    [
      'of a medium that is not known',
      [agent('a', [segment('interact', 0, 3)], 'unknown')],
      ['a', null, null],
    ],
    ['of an e-mail', [agent('a', [segment('interact', 0, 3)], 'Email')], ['a', null, 'email']],
    ['of nobody', [], [null, null, null]],
  ])('are those %s', (_, participants, expected) => {
    const { agentId, queueId, mediaType } = conversationFacts(source({ participants }));
    expect([agentId, queueId, mediaType]).toEqual(expected);
  });

  it('has every medium once, sorted', () => {
    const participants = [agent('a', [], 'voice'), agent('b', [], 'cobrowse'), agent('c', [], 'voice')];
    expect(conversationFacts(source({ participants })).mediaTypes).toEqual(['cobrowse', 'voice']);
  });
});

describe('conversations by id', () => {
  const context = { signal: never, priority: 2 } as const;

  it('are read at once; those that are not kept are not in the answer', async () => {
    const kept = { conversationId: 'c2', externalTag: 'CRM-2', somethingNew: true };
    const { api, server } = await clientOf((_, response) =>
      sendJson(response, 200, { conversations: [kept] }),
    );
    expect(await readConversations(api, ['c1', 'c2'], context)).toEqual([
      { conversationId: 'c2', extractedAt: expect.any(String), body: kept },
    ]);
    expect(server.received.at(-1)?.url).toBe('/api/v2/analytics/conversations/details?id=c1,c2');
  });

  it('are none where the vendor keeps none of them', async () => {
    const { api } = await clientOf((_, response) => sendJson(response, 200, {}));
    expect(await readConversations(api, ['c1'], context)).toEqual([]);
  });
});
