/** Feedback as the published contract serves it, held against the truth. */
import { afterAll, describe, expect, it } from 'vitest';
import { freshSimulator, openSimulator, type Entity, type Listing } from './simulatorClient.js';

const shared = await openSimulator({ evaluations: 800 });
afterAll(() => shared.close());
const { api } = shared;

type Row = Record<string, unknown>;
const ids = (of: readonly Row[], key: string) => of.map((row) => String(row[key])).sort();
const feedback = await shared.truth('feedback');
const users = await api.get<Listing>('/api/v2/users?state=any&pageSize=500');
const people = users.entities.map(({ id }) => id);
const batches = <T>(items: readonly T[], size: number) =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );

describe('coaching appointments', () => {
  const path = '/api/v2/coaching/appointments';
  const list = async (query: string, userIds: readonly string[] = people): Promise<Entity[]> => {
    const found = new Map<string, Entity>();
    for (const some of batches(userIds, 20)) {
      for (let next: string | undefined = `${path}?pageSize=7&userIds=${some.join(',')}${query}`; next;) {
        const page: Listing = await api.get(next);
        for (const entity of page.entities) found.set(entity.id, entity);
        next = page.nextUri;
      }
    }
    return [...found.values()];
  };
  const expected = (kind: string) => feedback.filter((row) => row['kind'] === kind);

  it('with their annotations are the feedback of the truth', async () => {
    const found = await list('');
    expect(found.map(({ id }) => id).sort()).toEqual(ids(expected('coaching_appointment'), 'feedback_id'));
    for (const appointment of found.slice(0, 30)) {
      const row = feedback.find((each) => each['feedback_id'] === appointment.id) ?? {};
      expect(appointment).toMatchObject({
        description: row['content'],
        dateStart: row['scheduled_at'],
        dateCreated: row['created_at'],
        dateModified: row['modified_at'],
        attendees: [{ id: row['agent_id'] }],
        createdBy: { id: row['author_id'] },
        conversations: row['conversation_id'] === null ? [] : [{ id: row['conversation_id'] }],
      });
      expect(String(appointment['status']).toLowerCase()).toBe(row['status']);
      const { entities } = await api.get<Listing>(`${path}/${appointment.id}/annotations`);
      const written = feedback.filter((each) => each['parent_id'] === appointment.id);
      expect(
        entities.map(({ id, text, isDeleted, dateModified }) => [id, text, isDeleted, dateModified]),
      ).toEqual(
        written.map((each) => [
          each['feedback_id'],
          each['content'],
          each['is_archived'],
          each['modified_at'],
        ]),
      );
      expect(await api.get(`${path}/${appointment.id}`)).toEqual(appointment);
    }
    expect(expected('coaching_annotation').some((row) => row['is_archived'] === true)).toBe(true);
  });

  const started = (row: Row, from: string, to: string) =>
    String(row['scheduled_at']) >= from && String(row['scheduled_at']) < to;
  const done = (row: Row, from: string, to: string) =>
    String(row['completed_at']) >= from && String(row['completed_at']) < to;
  const [start, end] = ['2026-09-10T00:00:00.000Z', '2026-09-20T00:00:00.000Z'];
  it.each<[string, (row: Row) => boolean]>([
    [`&interval=${start}/${end}`, (row) => started(row, start, end)],
    [`&completionInterval=${start}/${end}`, (row) => done(row, start, end)],
    ['&statuses=Completed', (row) => row['status'] === 'completed'],
    ['&statuses=Scheduled,InProgress', (row) => row['status'] !== 'completed'],
    ['&overdue=True', () => false],
    ['&overdue=False&sortOrder=Desc', () => true],
  ])('are filtered by %s', async (query, accepts) => {
    const rowsFound = expected('coaching_appointment').filter(accepts);
    expect((await list(query)).map(({ id }) => id).sort()).toEqual(ids(rowsFound, 'feedback_id'));
  });

  it.each(['Attendee', 'Creator', 'Facilitator'])('are found by the %s', async (relationship) => {
    const row = expected('coaching_appointment')[0] ?? {};
    const key = relationship === 'Attendee' ? 'agent_id' : 'author_id';
    const found = await list(`&relationships=${relationship}`, [String(row[key])]);
    const same = expected('coaching_appointment').filter((each) => each[key] === row[key]);
    expect(found.map(({ id }) => id).sort()).toEqual(ids(same, 'feedback_id'));
  });

  it.each([
    ['', 400],
    ['?userIds=', 400],
    ['?userIds=x&pageSize=1000', 400],
    ['?userIds=x&statuses=completed', 400],
    ['?userIds=x&modifiedSince=2026-09-01T00:00:00Z', 400],
    ['/none', 404],
    ['/none/annotations', 404],
  ])('%s is refused with a %d', async (query, status) => {
    await api.refused(status, 'GET', `${path}${query}`);
  });

  it('change with what a script does', async () => {
    const of = await freshSimulator({ evaluations: 300 });
    const [annotation] = (await of.truth('feedback')).filter(
      (row) => row['is_archived'] === false && row['parent_id'],
    );
    const feedbackId = String(annotation?.['parent_id']);
    const read = async () =>
      (await of.api.get<Listing>(`${path}/${feedbackId}/annotations`)).entities.map((each) => [
        each['text'],
        each['isDeleted'],
      ]);
    await of.control('POST', 'events', { kind: 'editFeedback', feedbackId, content: 'Other words' });
    expect(await read()).toEqual([['Other words', false]]);
    await of.control('POST', 'events', { kind: 'deleteFeedback', feedbackId });
    expect(await read()).toEqual([['Other words', true]]);
  });
});
