/** Coaching: which appointments belong to a window, how they are asked for, and what is deleted. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { appointmentPasses } from '../../../sources/genesys/published/appointmentPasses.js';
import { TidemarkError } from '../../../model/errors.js';
import {
  appointmentPosition,
  firstAppointments,
} from '../../../sources/genesys/published/appointmentCursor.js';
import { readAppointmentPage } from '../../../sources/genesys/published/appointments.js';
import { createFeedbackSource } from '../../../sources/genesys/published/feedbackSource.js';
import type { CallContext, Cursor, RecordReference, Source, SourcePage } from '../../../sources/source.js';
import { never, sendJson } from '../http/testServer.js';
import { clientOf } from './client.js';
import { readStream } from './publishedRun.js';
import { expectRegistered } from './rows.js';

const context: CallContext = { signal: never, priority: 2 };
const day = 86_400_000;
const start = Date.UTC(2026, 2, 10);
const iso = (millis: number) => new Date(millis).toISOString();
const window = { start: iso(start), end: iso(start + day) };

interface Appointment {
  id: string;
  status: string;
  attendees: { id: string }[];
  dateCreated: string;
  dateModified: string;
  dateStart: string;
  dateCompleted?: string;
  [more: string]: unknown;
}
/** Days from the beginning of the window; a string is taken as it is. */
function appointment(
  id: string,
  dates: { created?: number; modified?: number; start?: number; completed?: number },
  more: object = {},
): Appointment {
  const { created = -200, modified = created, start: begin = created, completed } = dates;
  const at = (days: number) => iso(start + days * day);
  return {
    id,
    status: 'Scheduled',
    attendees: [{ id: 'u1' }],
    createdBy: { id: 'author' },
    description: `About ${id}`,
    conversations: [{ id: `c-${id}` }],
    dateCreated: at(created),
    dateModified: at(modified),
    dateStart: at(begin),
    ...(completed === undefined ? {} : { dateCompleted: at(completed) }),
    ...more,
  };
}

interface Annotation {
  id: string;
  text: string;
  isDeleted?: boolean;
  accessType?: string;
  modifiedBy?: { id: string };
}

/** A server that lists as the vendor does: by begin or by completion, of the people asked about. */
class Coaching {
  readonly appointments: Appointment[];
  readonly annotations: Readonly<Record<string, Annotation[]>>;
  readonly users: string[];
  readonly asked: URL[] = [];
  constructor(appointments: Appointment[], annotations: Record<string, Annotation[]> = {}, users = ['u1']) {
    this.appointments = appointments;
    this.annotations = annotations;
    this.users = users;
  }

  async open(deleted: 'archive' | 'drop' = 'archive'): Promise<Source> {
    const { api } = await clientOf((request, response) => {
      const url = new URL(request.url, 'https://api.invalid');
      this.asked.push(url);
      const answer = this.answer(url);
      sendJson(response, answer === undefined ? 404 : 200, answer ?? { code: 'not.found', status: 404 });
    });
    return createFeedbackSource(api, { name: 'feedback', deleted }, []);
  }

  answer(url: URL): unknown {
    const [, , , , , id, annotations] = url.pathname.split('/');
    if (url.pathname === '/api/v2/users')
      return pageOf(
        url,
        this.users.map((user) => ({ id: user })),
      );
    if (id === undefined) return pageOf(url, this.listed(url.searchParams));
    const found = this.appointments.find((each) => each.id === id);
    if (found === undefined) return undefined;
    return annotations === undefined ? found : pageOf(url, this.annotations[id] ?? []);
  }

  private listed(query: URLSearchParams): Appointment[] {
    const users = query.get('userIds')?.split(',') ?? [];
    const within = (name: string, date: string | undefined) => {
      const span = query.get(name)?.split('/');
      if (span === undefined) return true;
      return date !== undefined && date >= (span[0] ?? '') && date < (span[1] ?? '');
    };
    return this.appointments.filter(
      ({ attendees, dateStart, dateCompleted }) =>
        attendees.some(({ id }) => users.includes(id)) &&
        within('interval', dateStart) &&
        within('completionInterval', dateCompleted),
    );
  }
}

function pageOf(url: URL, all: readonly unknown[]) {
  const size = Number(url.searchParams.get('pageSize') ?? 25);
  const number = Number(url.searchParams.get('pageNumber') ?? 1);
  const more = all.length > size * number;
  return { entities: all.slice(size * (number - 1), size * number), ...(more ? { nextUri: '/more' } : {}) };
}

const begin = {
  after: null,
  upTo: null,
  atOnce: 50,
  from: null,
  until: null,
  page: 1,
  isLeftOut: false,
};

const ids = ({ records }: { records: { id: string }[] }) => records.map(({ id }) => id).sort();

describe('a window', () => {
  test.each([
    ['made in it, held later', { created: 0.5, start: 20 }, true],
    ['held in it', { created: -30, start: 0.5 }, true],
    ['changed in it', { created: -30, start: -20, modified: 0.5 }, true],
    ['completed in it', { created: -30, start: -20, completed: 0.5 }, true],
    ['completed in it, held long before', { created: -300, start: -200, completed: 0.5 }, true],
    ['at its very begin', { created: -1, start: 0 }, true],
    ['at its very end', { created: -1, start: 1 }, false],
    ['before and after it alone', { created: -30, start: 20 }, false],
    // Where the vendor has no way to ask; see appointmentPasses.
    ['changed in it, held too long before', { created: -300, start: -91, modified: 0.5 }, false],
    ['made in it for the far future', { created: 0.5, start: 200 }, false],
  ])('has an appointment %s: %j: %s', async (_, dates, expected) => {
    const source = await new Coaching([appointment('a', dates)]).open();
    expect(ids(await readStream(source, window))).toEqual(expected ? ['a'] : []);
  });

  it('and those beside it have each appointment whose dates they hold, once a date', async () => {
    const days = fc.integer({ min: -40, max: 40 }).map((half) => half / 2);
    const dates = fc.record({ created: days, modified: days, start: days, completed: days });
    await fc.assert(
      fc.asyncProperty(
        fc.array(dates, { maxLength: 8 }),
        fc.integer({ min: 1, max: 19 }),
        async (all, cut) => {
          const source = await new Coaching(all.map((each, index) => appointment(`a${index}`, each))).open();
          const span = (from: number, to: number) => ({
            start: iso(start + from * day),
            end: iso(start + to * day),
          });
          const whole = ids(await readStream(source, span(-20, 20)));
          const parts = [span(-20, cut), span(cut, 20)];
          const found = await Promise.all(parts.map(async (part) => ids(await readStream(source, part))));
          expect([...new Set(found.flat())].sort()).toEqual(whole);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('asks for no interval longer than a year, whatever the window', () => {
    const longest = { start: iso(start), end: iso(start + 90 * day) };
    for (const pass of appointmentPasses) {
      const { interval, completionInterval } = pass.query(pass.span(longest));
      const [from = '', to = ''] = (interval ?? completionInterval ?? '').split('/');
      expect(Date.parse(to) - Date.parse(from)).toBeLessThanOrEqual(365 * day);
    }
  });
});

describe('people', () => {
  it('are asked about fifty at once, each of them, and fewer where there is more than a page', async () => {
    const users = Array.from({ length: 120 }, (_, number) => `user-${String(number).padStart(3, '0')}`);
    const appointments = users.flatMap((user, index) =>
      [0, 1].map((n) => appointment(`a-${index}-${n}`, { created: 0.1 }, { attendees: [{ id: user }] })),
    );
    const coaching = new Coaching(appointments, {}, [...users].reverse());
    const read = await readStream(await coaching.open(), window);
    expect(read.records).toHaveLength(240);
    const lists = coaching.asked.filter(({ pathname }) => pathname === '/api/v2/coaching/appointments');
    const batches = lists.map(({ searchParams }) => searchParams.get('userIds')?.split(',').length ?? 0);
    expect(Math.max(...batches)).toBe(50);
    expect(lists.every(({ searchParams }) => searchParams.get('relationships') === 'Attendee')).toBe(true);
    expect(coaching.asked.filter(({ pathname }) => pathname === '/api/v2/users')).toHaveLength(1);
  });

  it('of none there is nothing to read', async () => {
    expect(await readStream(await new Coaching([], {}, []).open(), window)).toMatchObject({ records: [] });
  });

  it('who come while a window is read move nobody', async () => {
    const coaching = new Coaching([
      appointment('a', { created: 0.5 }),
      appointment('b', { created: 0.5 }, { attendees: [{ id: 'u2' }] }),
    ]);
    const { api } = await clientOf((request, response) =>
      sendJson(response, 200, coaching.answer(new URL(request.url, 'https://api.invalid'))),
    );
    const [pass] = appointmentPasses;
    const first = await readAppointmentPage(api, ['u1'], window, { ...begin, pass }, context);
    expect(first.next).toEqual({ ...begin, pass: pass.name, after: 'u1' });
    const position = { ...begin, pass, after: 'u1' };
    const second = await readAppointmentPage(api, ['u0', 'u1', 'u2'], window, position, context);
    expect(second.records.map(({ id }) => id)).toEqual(['b']);
  });

  it('who come between two pages push nobody out of the fifty that are being read', async () => {
    const users = Array.from({ length: 50 }, (_, number) => `user-${number + 10}`);
    // More than a page of one, behind those of the last: were the last let go, one of these would move up unseen.
    const appointments = [
      appointment('last', { created: 0.5 }, { attendees: [{ id: 'user-59' }] }),
      ...Array.from({ length: 60 }, (_, number) =>
        appointment(`a${number}`, { created: 0.5 }, { attendees: [{ id: 'user-10' }] }),
      ),
    ];
    const coaching = new Coaching(appointments);
    const { api } = await clientOf((request, response) =>
      sendJson(response, 200, coaching.answer(new URL(request.url, 'https://api.invalid'))),
    );
    const found = new Set<string>();
    let everybody = users;
    for (let cursor: Cursor | null = firstAppointments; cursor !== null;) {
      const page: SourcePage = await readAppointmentPage(
        api,
        everybody,
        window,
        appointmentPosition(JSON.parse(JSON.stringify(cursor)) as Cursor),
        context,
      );
      for (const { id } of page.records) found.add(id);
      everybody = ['user-05', 'user-11a', ...users].sort();
      cursor = page.next;
    }
    expect(found.size).toBe(61);
  });
});

describe('more than a page', () => {
  /** Reads a window while an appointment is deleted before each request for a list, as long as there are any to delete. */
  async function readWhileDeleting(coaching: Coaching, doomed: string[], ends: 'inclusive' | 'exclusive') {
    // The server beside counts the begin alone.
    const [begins, stops] = ends === 'inclusive' ? [0, 1] : [1, 0];
    const lists: URL[] = [];
    const { api } = await clientOf((request, response) => {
      const url = new URL(request.url, 'https://api.invalid');
      if (url.pathname === '/api/v2/coaching/appointments') {
        lists.push(url);
        const gone = lists.length > 1 ? doomed.shift() : undefined;
        const at = coaching.appointments.findIndex(({ id }) => id === gone);
        if (at >= 0) coaching.appointments.splice(at, 1);
        const [from = '', to = ''] = url.searchParams.get('interval')?.split('/') ?? [];
        if (from !== '') {
          const counted = `${iso(Date.parse(from) + begins)}/${iso(Date.parse(to) + stops)}`;
          url.searchParams.set('interval', counted);
        }
      }
      const answer = coaching.answer(url);
      sendJson(response, answer === undefined ? 404 : 200, answer ?? { code: 'not.found', status: 404 });
    });
    const source = createFeedbackSource(api, { name: 'feedback', deleted: 'archive' }, []);
    return { found: new Set(ids(await readStream(source, window))), lists };
  }

  test.each(['inclusive', 'exclusive'] as const)(
    'loses nothing when appointments are deleted meanwhile, the ends of intervals being %s',
    async (ends) => {
      const users = Array.from({ length: 30 }, (_, number) => `user-${number + 10}`);
      const appointments = users.flatMap((user, index) =>
        Array.from({ length: index === 3 ? 110 : 1 }, (_, n) =>
          appointment(
            `a-${user}-${n}`,
            { created: 0.5, start: -80 + n * 1.5 },
            { attendees: [{ id: user }] },
          ),
        ),
      );
      const doomed = appointments.filter((_, index) => index % 13 === 0).map(({ id }) => id);
      const isDoomed = new Set(doomed);
      const { found } = await readWhileDeleting(new Coaching(appointments, {}, users), doomed, ends);
      const missing = appointments.filter(({ id }) => !isDoomed.has(id) && !found.has(id));
      expect(missing.map(({ id }) => id)).toEqual([]);
    },
  );

  it('of one millisecond is read by number, as nothing is left to halve', async () => {
    const appointments = Array.from({ length: 120 }, (_, n) => appointment(`a-${n}`, { created: 0.5 }));
    const { found } = await readWhileDeleting(new Coaching(appointments), [], 'exclusive');
    expect(found.size).toBe(120);
  });

  it('costs a few requests more than there are pages', async () => {
    const users = Array.from({ length: 200 }, (_, number) => `user-${number + 100}`);
    // Of another window: found by their begin, and left out.
    const appointments = users.flatMap((user, index) =>
      Array.from({ length: 10 }, (_, n) =>
        appointment(`a-${index}-${n}`, { created: -100, start: n * 10 + 2 }, { attendees: [{ id: user }] }),
      ),
    );
    const { lists } = await readWhileDeleting(new Coaching(appointments, {}, users), [], 'inclusive');
    // 40 full pages, and four empty ones of what was completed.
    expect(lists.length).toBeLessThan(90);
  });
});

describe('annotations', () => {
  const annotations = {
    a: [
      { id: 'n1', text: 'Well done', accessType: 'Public' },
      { id: 'n2', text: 'Between us', accessType: 'Private' },
      { id: 'n3', text: 'A mistake', isDeleted: true },
    ],
  };
  const withNotes = () => new Coaching([appointment('a', { created: 0.5 })], annotations);

  it('are entries of their own, for whom the appointment is', async () => {
    const { rows } = await readStream(await withNotes().open(), window);
    expectRegistered(rows);
    const shared = { agent_id: 'u1', attendee_ids: '["u1"]', conversation_id: 'c-a', tags: '[]' };
    expect(rows['feedback']).toMatchObject([
      {
        feedback_id: 'a',
        kind: 'coaching_appointment',
        parent_id: null,
        content: 'About a',
        status: 'scheduled',
        is_private: null,
        is_archived: false,
        author_id: 'author',
        ...shared,
      },
      {
        feedback_id: 'n1',
        kind: 'coaching_annotation',
        parent_id: 'a',
        content: 'Well done',
        status: 'published',
        is_private: false,
        is_archived: false,
        ...shared,
      },
      { feedback_id: 'n2', is_private: true, ...shared },
      { feedback_id: 'n3', is_private: null, status: 'deleted', is_archived: true, ...shared },
    ]);
  });

  it('say with their appointment who coaches, who edited last, and about which conversations', async () => {
    const told = {
      name: 'Openings',
      lengthInMinutes: 45,
      facilitator: { id: 'coach' },
      modifiedBy: { id: 'editor' },
      conversations: [{ id: 'c-2' }, { id: 'c-1' }],
    };
    const coaching = new Coaching([appointment('a', { created: 0.5 }, told)], {
      a: [{ id: 'n1', text: 'Well done', modifiedBy: { id: 'other' } }],
    });
    const { rows } = await readStream(await coaching.open(), window);
    const shared = {
      facilitator_id: 'coach',
      title: 'Openings',
      conversation_id: 'c-2',
      conversation_ids: '["c-1","c-2"]',
    };
    expect(rows['feedback']).toMatchObject([
      { feedback_id: 'a', editor_id: 'editor', scheduled_minutes: 45, ...shared },
      { feedback_id: 'n1', editor_id: 'other', scheduled_minutes: null, ...shared },
    ]);
  });

  it('that are deleted are left out where the configuration says so, and those loaded before are gone', async () => {
    const source = await withNotes().open('drop');
    const read = await readStream(source, window);
    expect(ids(read)).toEqual(['a', 'n1', 'n2']);
    expect(read.references).toMatchObject([
      { kind: 'feedback', id: 'n3', locator: 'a', reason: 'deleted-event' },
    ]);
    expect(read.gone.map(({ id }) => id)).toEqual(['n3']);
  });

  it('of many are read to the last', async () => {
    const many = Array.from({ length: 205 }, (_, number) => ({ id: `n${number}`, text: 'Text' }));
    const source = await new Coaching([appointment('a', { created: 0.5 })], { a: many }).open();
    expect((await readStream(source, window)).records).toHaveLength(206);
  });

  it('are asked for where the appointment was touched, and nowhere else', async () => {
    const coaching = new Coaching([appointment('a', { created: 0.5 }), appointment('b', { created: -5 })]);
    await readStream(await coaching.open(), window);
    const read = coaching.asked.filter(({ pathname }) => pathname.endsWith('/annotations'));
    expect(read.map(({ pathname }) => pathname)).toEqual(['/api/v2/coaching/appointments/a/annotations']);
  });

  const reference = (id: string, locator: string): RecordReference => ({
    kind: 'feedback',
    id,
    locator,
    changedAt: window.end,
    isAutomated: null,
    reason: 'requested',
  });
  test.each([
    ['an appointment', 'archive', reference('a', ''), 'found'],
    ['an annotation', 'archive', reference('n1', 'a'), 'found'],
    ['a deleted annotation', 'archive', reference('n3', 'a'), 'found'],
    ['a deleted annotation that is not wanted', 'drop', reference('n3', 'a'), 'gone'],
    ['an annotation that is not there', 'archive', reference('n9', 'a'), 'gone'],
    ['an annotation of an appointment that is not there', 'archive', reference('n1', 'z'), 'gone'],
    ['an appointment that is not there', 'archive', reference('z', ''), 'gone'],
  ] as const)('and appointments are read by id: %s (%s)', async (_, deleted, asked, outcome) => {
    const found = await (await withNotes().open(deleted)).lookup(asked, context);
    expect(found.outcome).toBe(outcome);
    if (found.outcome !== 'found') return;
    expect(found.record).toMatchObject({ kind: 'feedback', id: asked.id, locator: asked.locator });
    expect(found.record.conversationId).toBe('c-a');
  });
});

/** With the offset of New York in summer. */
const inWest = (millis: number) => iso(millis - 4 * 3_600_000).replace('Z', '-04:00');

describe('change stamps', () => {
  test.each<[string, Parameters<typeof appointment>[1], number, object?]>([
    ['the last date', { created: -3, modified: -2, start: -1, completed: -0.5 }, -0.5],
    ['an edit after it was held', { created: -3, modified: -0.25, start: -1, completed: -0.5 }, -0.25],
    ['its begin, which nobody edits', { created: -3, modified: -2, start: -1 }, -1],
    ['not a begin that is still to come', { created: -3, modified: -2, start: 100_000 }, -2],
    // Compared as texts, it would look past for some hours.
    [
      'not a begin that is still to come, written in another time zone',
      { created: -3, modified: -2 },
      -2,
      { dateStart: inWest(Date.now() + 3_600_000) },
    ],
  ])('are %s', async (_, dates, expected, more = {}) => {
    const coaching = new Coaching([appointment('a', dates, more)]);
    const found = await (
      await coaching.open()
    ).lookup(
      { kind: 'feedback', id: 'a', locator: '', changedAt: '', isAutomated: null, reason: 'requested' },
      context,
    );
    expect(found).toMatchObject({ record: { changeStamp: iso(start + expected * day) } });
  });
});

describe('a page that cannot be used', () => {
  it('is passed over to the next page', async () => {
    const source = await new Coaching([]).open();
    const at: Cursor = { pass: 'around', after: 'u1', page: 2 };
    expect(source.skipPage(window, at, { entities: [{ id: 5 }] })).toMatchObject({ ...at, page: 3 });
  });

  it.each([
    ['a list', '/api/v2/coaching/appointments', 'user-010'],
    ['what is written to an appointment', '/api/v2/coaching/appointments/a-10/annotations', 'user-010'],
  ])('because of %s takes no other people with it', async (_, path, user) => {
    const users = Array.from({ length: 120 }, (_user, number) => `user-${String(number).padStart(3, '0')}`);
    const coaching = new Coaching(
      users.map((attendee, index) =>
        appointment(`a-${index}`, { created: 0.1 }, { attendees: [{ id: attendee }] }),
      ),
      {},
      users,
    );
    const { api } = await clientOf((request, response) => {
      const url = new URL(request.url, 'https://api.invalid');
      const isBroken =
        url.pathname === path && (url.searchParams.get('userIds')?.split(',').includes(user) ?? true);
      sendJson(response, 200, isBroken ? [] : coaching.answer(url));
    });
    const source = createFeedbackSource(api, { name: 'feedback', deleted: 'archive' }, []);
    const found = new Set<string>();
    let unusable = 0;
    for (let cursor: Cursor | null = source.firstCursor(window); cursor !== null;) {
      const at: Cursor = cursor;
      try {
        const page = await source.readPage(window, at, context);
        for (const { id } of page.records) found.add(id);
        cursor = page.next;
      } catch (error) {
        if (!(error instanceof TidemarkError) || error.body === undefined || ++unusable > 9) throw error;
        cursor = source.skipPage(window, at, error.body);
      }
    }
    expect(found.size).toBe(70);
  });

  it('is none where nobody knows whom to ask about: reading fails', async () => {
    const { api } = await clientOf((_, response) => sendJson(response, 200, { entities: [{}] }));
    const source = createFeedbackSource(api, { name: 'feedback', deleted: 'archive' }, []);
    const error: unknown = await source
      .readPage(window, source.firstCursor(window), context)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: 'SchemaMismatch', body: undefined });
  });

  it('of a cursor from elsewhere is refused', async () => {
    const source = await new Coaching([]).open();
    const reading = source.readPage(window, { pass: 'submitted' }, context);
    await expect(reading).rejects.toMatchObject({ kind: 'InvalidRequest' });
  });
});
