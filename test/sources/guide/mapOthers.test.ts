import { describe, expect, test } from 'vitest';
import { mapConversation } from '../../../sources/genesys/guide/mapConversation.js';
import { mapDivision } from '../../../sources/genesys/guide/mapDivision.js';
import { mapFeedback } from '../../../sources/genesys/guide/mapFeedback.js';
import { expectRegistered, only } from '../genesys/rows.js';
import { conversationBody, extractedAt, feedbackBody, mapping, recordOf } from './fixtures.js';

describe('feedback', () => {
  const map = (more: object = {}) => mapFeedback(recordOf('feedback', feedbackBody(more)), mapping);

  test('is a row with everything that the contract says', () => {
    expectRegistered(map());
    expect(only(map().feedback)).toMatchObject({
      feedback_id: 'feedback-1',
      kind: 'feedback',
      parent_id: null,
      agent_id: 'agent-1',
      attendee_ids: '["agent-1"]',
      author_id: 'evaluator-1',
      content: 'Mind the greeting.',
      tags: '["greeting","tone"]',
      status: 'published',
      conversation_id: 'conversation-1',
      external_reference: 'CRM-1',
      division_id: 'division-1',
      created_at: '2026-11-01T10:00:00.000Z',
      modified_at: '2026-11-01T12:00:00.000Z',
      is_archived: false,
    });
  });

  test.each([
    ['draft', false],
    ['published', false],
    ['deleted', true],
  ])('that is %s is archived: %s', (status, archived) => {
    expect(only(map({ status }).feedback)).toMatchObject({ status, is_archived: archived });
  });

  test('about no conversation, for nobody, without tags is a row', () => {
    const rows = map({ interactionId: undefined, externalReferenceId: null, agentId: null, tags: null });
    expectRegistered(rows);
    expect(only(rows.feedback)).toMatchObject({ conversation_id: null, attendee_ids: '[]', tags: '[]' });
  });
});

describe('a conversation', () => {
  const map = (more: object = {}) =>
    mapConversation({ conversationId: 'conversation-1', extractedAt, body: conversationBody(more) }, mapping);

  test('is a row with everything that the contract says', () => {
    expectRegistered(map());
    expect(only(map().conversations)).toMatchObject({
      conversation_id: 'conversation-1',
      external_reference: 'CRM-1',
      media_types: '["voice"]',
      agent_id: 'agent-1',
      queue_name: 'Claims',
      started_at: '2026-10-31T23:59:00.000Z',
      ended_at: '2026-11-01T00:06:13.000Z',
      duration_seconds: 433,
      change_stamp: extractedAt,
    });
  });

  test('of which little is known is a row', () => {
    const rows = map({
      externalReferenceId: undefined,
      mediaType: null,
      toAttributes: null,
      conversationEnd: null,
    });
    expectRegistered(rows);
    expect(only(rows.conversations)).toMatchObject({
      media_types: '[]',
      agent_id: null,
      duration_seconds: null,
    });
  });
});

describe('a division', () => {
  const map = (body: object) =>
    mapDivision({ kind: 'division', id: 'division-1', extractedAt, body }, mapping);

  test('does not say whether it is granted', () => {
    const rows = map({ id: 'division-1', name: 'APAC', homeDivision: false });
    expectRegistered(rows);
    expect(only(rows.divisions)).toMatchObject({
      division_id: 'division-1',
      name: 'APAC',
      is_home: false,
      is_granted: null,
    });
  });

  test('without an id is refused', () => expect(() => map({ name: 'APAC' })).toThrow('id'));
});
