/** The line of jobs, run against a vendor that does whatever it likes, at moments that are as they come. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExtractionJob } from '../../model/extractionJob.js';
import {
  answerSent,
  collected,
  collectingFailed,
  emptyQueue,
  enqueue,
  nextStep,
  submissionFailed,
  submitted,
  withdraw,
  type ExtractionQueue,
} from '../../model/extractionQueue.js';
import type { ExtractionAnswer, ExtractionRequest } from '../../model/extractionRequest.js';

const pace = { between: 1_000, poll: 100, patience: 20_000 };

const jobOf = (name: string): ExtractionJob => ({
  name,
  entity: 'qm-workflows',
  version: '4',
  startDate: '2026-03-01',
  endDate: '2026-03-02',
});

const requestOf = (id: string, values: Partial<ExtractionRequest> = {}): ExtractionRequest => ({
  ...{ id, replyTo: `window ${id}`, taskQueue: 'tidemark', directory: `staging/${id}` },
  ...{ connection: 'acme', stream: 'evaluations' },
  ...{ jobs: [jobOf(`${id}/a`), jobOf(`${id}/b`)], priority: 2, pace, outageTolerance: 30_000, again: false },
  ...values,
});

type Reply =
  | { to: 'submit'; takes: number; fails?: { kind: string | null; isFinal: boolean } }
  | { to: 'collect'; takes: number; status: 'running' | 'succeeded' | 'failed' | 'cancelled' | 'lost' }
  | { to: 'collect'; takes: number; fails: { kind: string | null; isFinal: boolean } };

interface Event {
  at: number;
  do: { ask: ExtractionRequest } | { withdraw: string };
}

interface Run {
  queue: ExtractionQueue;
  submissions: { from: number; to: number; job: string; id: string }[];
  answers: ExtractionAnswer[];
  endedAt: number;
}

const accepted: Reply = { to: 'submit', takes: 5 };
const succeeded: Reply = { to: 'collect', takes: 5, status: 'succeeded' };

/** Drives the line as the workflow does; where the vendor's replies run out, it does what is asked of it. */
function run(events: readonly Event[], replies: readonly Reply[], continuesAsNew = false): Run {
  let queue = emptyQueue();
  let now = 0;
  const coming = [...events].sort((a, b) => a.at - b.at);
  const submits = replies.filter((reply) => reply.to === 'submit');
  const collects = replies.filter((reply) => reply.to === 'collect');
  const result: Omit<Run, 'queue' | 'endedAt'> = { submissions: [], answers: [] };
  let isBusy = false;
  const pass = (until: number) => {
    for (let next = coming[0]; next !== undefined && next.at <= until; next = coming[0]) {
      coming.shift();
      now = Math.max(now, next.at);
      if ('ask' in next.do) enqueue(queue, now, next.do.ask);
      else withdraw(queue, next.do.withdraw);
    }
    now = Math.max(now, until);
  };
  for (let steps = 0; steps < 5_000; steps++) {
    if (continuesAsNew) queue = JSON.parse(JSON.stringify(queue)) as ExtractionQueue;
    pass(now);
    const step = nextStep(queue, now);
    if (step.do === 'end') {
      const next = coming[0];
      if (next === undefined) return { queue, ...result, endedAt: now };
      pass(next.at);
    } else if (step.do === 'wait') {
      expect(step.until).toBeGreaterThan(now);
      pass(Math.min(step.until, coming[0]?.at ?? step.until));
    } else if (step.do === 'answer') {
      result.answers.push(step.answer);
      answerSent(queue);
    } else if (step.do === 'submit') {
      const from = now;
      expect(isBusy).toBe(false);
      const reply = submits.shift() ?? accepted;
      pass(now + reply.takes);
      result.submissions.push({ from, to: now, job: step.job.name, id: step.request.id });
      if (reply.to === 'submit' && reply.fails !== undefined)
        submissionFailed(queue, now, { ...reply.fails, message: 'no' });
      else {
        submitted(queue, now, { jobId: `job ${now}`, submittedAt: String(now), requests: 1 });
        isBusy = true;
      }
    } else {
      const reply = collects.shift() ?? succeeded;
      pass(now + reply.takes);
      if (reply.to !== 'collect') throw new RangeError('no reply to a question');
      if ('fails' in reply) collectingFailed(queue, now, { ...reply.fails, message: 'no' });
      else if (reply.status === 'failed')
        collected(queue, now, { status: 'failed', message: 'no', requests: 1 });
      else collected(queue, now, { status: reply.status, requests: 1 });
      // One that was given up no longer counts.
      isBusy = (queue.current?.underWay ?? null) !== null;
    }
  }
  throw new Error('the line does not come to an end');
}

const failures = fc.constantFrom(
  { kind: 'Forbidden', isFinal: true },
  { kind: 'UpstreamUnavailable', isFinal: false },
  { kind: null, isFinal: false },
  { kind: 'InvalidRequest', isFinal: true },
);
const takes = fc.integer({ min: 1, max: 3_000 });
const replies: fc.Arbitrary<Reply[]> = fc.array(
  fc.oneof(
    fc.record({ to: fc.constant('submit' as const), takes }),
    fc.record({ to: fc.constant('submit' as const), takes, fails: failures }),
    fc.record({
      to: fc.constant('collect' as const),
      takes,
      status: fc.constantFrom('running', 'succeeded', 'failed', 'cancelled', 'lost'),
    }),
    fc.record({ to: fc.constant('collect' as const), takes, fails: failures }),
  ),
  { maxLength: 60 },
);
const asked = fc.array(
  fc.record({
    at: fc.nat(20_000),
    priority: fc.constantFrom(1, 2, 3, 4),
    between: fc.integer({ min: 500, max: 2_000 }),
    again: fc.boolean(),
    repeatedAt: fc.option(fc.nat(60_000), { nil: undefined }),
    withdrawnAt: fc.option(fc.nat(20_000), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 8 },
);

const eventsOf = (all: Parameters<typeof asked.map>[0] extends (value: infer T) => unknown ? T : never) =>
  all.flatMap(({ at, priority, between, again, repeatedAt, withdrawnAt }, index): Event[] => {
    const request = requestOf(`r${index}`, {
      ...{ priority: priority as ExtractionRequest['priority'], again },
      pace: { ...pace, between },
    });
    return [
      { at, do: { ask: request } },
      ...(repeatedAt === undefined || withdrawnAt !== undefined
        ? []
        : [{ at: at + repeatedAt, do: { ask: { ...request, again: true } } }]),
      ...(withdrawnAt === undefined ? [] : [{ at: at + withdrawnAt, do: { withdraw: request.id } }]),
    ];
  });

describe('the line of a tenant, whatever the vendor does', () => {
  test('has one job under way at a time, submissions apart by the pace, and ends when neither counts', () => {
    fc.assert(
      fc.property(asked, replies, (all, vendor) => {
        const { submissions, endedAt, queue } = run(eventsOf(all), vendor);
        const betweenOf = (id: string) => all[Number(id.slice(1))]?.between ?? 0;
        for (const [index, { from, id }] of submissions.entries()) {
          const before = submissions[index - 1];
          if (before === undefined) continue;
          expect(from - before.to).toBeGreaterThanOrEqual(Math.max(betweenOf(id), betweenOf(before.id)));
        }
        const last = submissions.at(-1);
        if (last !== undefined) expect(endedAt - last.to).toBeGreaterThanOrEqual(betweenOf(last.id));
        expect(endedAt).toBeGreaterThanOrEqual(queue.unseenUntil);
      }),
    );
  });

  test('answers every request that is not withdrawn, and does each job that it says is done', () => {
    fc.assert(
      fc.property(asked, replies, (all, vendor) => {
        const { answers, submissions, queue } = run(eventsOf(all), vendor);
        expect(queue).toMatchObject({ waiting: [], current: null, answers: [] });
        for (const [index, { withdrawnAt }] of all.entries()) {
          const mine = answers.filter(({ id }) => id === `r${index}`);
          if (withdrawnAt === undefined) expect(mine.length).toBeGreaterThan(0);
          for (const { replyTo, outcome } of mine) {
            expect(replyTo).toBe(`window r${index}`);
            const names = [`r${index}/a`, `r${index}/b`];
            if (outcome.status === 'done') expect(outcome.done).toEqual(names);
            for (const name of outcome.done) expect(submissions.map(({ job }) => job)).toContain(name);
          }
          expect(new Set(mine.map(({ outcome }) => JSON.stringify(outcome))).size).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('runs the jobs of a request one right after the other', () => {
    fc.assert(
      fc.property(asked, replies, (all, vendor) => {
        const ids = run(eventsOf(all), vendor).submissions.map(({ id }) => id);
        const blocks = ids.filter((id, index) => id !== ids[index - 1]);
        expect(new Set(blocks).size).toBe(blocks.length);
      }),
    );
  });

  test('goes on the same when it is carried to another run at each step', () => {
    fc.assert(
      fc.property(asked, replies, (all, vendor) => {
        expect(run(eventsOf(all), vendor, true)).toEqual(run(eventsOf(all), vendor));
      }),
    );
  });
});

test('who is more urgent comes first, then who came first; what has begun is not interrupted', () => {
  const events: Event[] = [
    { at: 0, do: { ask: requestOf('begun', { priority: 4 }) } },
    { at: 10, do: { ask: requestOf('later', { priority: 2 }) } },
    { at: 20, do: { ask: requestOf('last', { priority: 2 }) } },
    { at: 30, do: { ask: requestOf('urgent', { priority: 1 }) } },
  ];
  const { answers, submissions } = run(events, []);
  expect(answers.map(({ id }) => id)).toEqual(['begun', 'urgent', 'later', 'last']);
  expect(submissions).toHaveLength(8);
});

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const refused: Reply = { to: 'submit', takes: 5, fails: { kind: 'Forbidden', isFinal: true } };
const cutOff: Reply = { to: 'submit', takes: 5, fails: { kind: null, isFinal: false } };
const unasked: Reply = { to: 'collect', takes: 5, fails: { kind: 'Forbidden', isFinal: true } };
const ended = (status: 'failed' | 'cancelled' | 'lost' | 'running'): Reply => ({
  to: 'collect',
  takes: 5,
  status,
});

const cases: [string, Reply[], { submissions: number; outcome: object }][] = [
  ['all is well', [], { submissions: 2, outcome: { status: 'done', requests: 4 } }],
  ['three refusals', times(3, refused), { submissions: 5, outcome: { status: 'done' } }],
  ['four refusals', times(4, refused), { submissions: 4, outcome: { status: 'failed', kind: 'Forbidden' } }],
  [
    'a job that nobody knows keeps the line busy',
    [cutOff, ...times(9, refused)],
    { submissions: 12, outcome: { status: 'done' } },
  ],
  ['failed twice', times(2, ended('failed')), { submissions: 4, outcome: { status: 'done' } }],
  [
    'failed three times',
    [succeeded, ...times(3, ended('failed'))],
    { submissions: 4, outcome: { status: 'unmade', done: ['r/a'], job: jobOf('r/b'), message: 'no' } },
  ],
  ['cancelled once', [ended('cancelled')], { submissions: 3, outcome: { status: 'done' } }],
  ['cancelled twice', times(2, ended('cancelled')), { submissions: 2, outcome: { status: 'failed' } }],
  ['lost three times', times(3, ended('lost')), { submissions: 5, outcome: { status: 'done' } }],
  ['lost four times', times(4, ended('lost')), { submissions: 4, outcome: { status: 'failed' } }],
  [
    'each job has tries of its own',
    [ended('cancelled'), succeeded, ended('cancelled')],
    {
      submissions: 4,
      outcome: { status: 'done' },
    },
  ],
  [
    'a job that never ends',
    times(400, ended('running')),
    {
      submissions: 3,
      outcome: { status: 'unmade', message: expect.stringMatching(/still running/) as string },
    },
  ],
  [
    'an outage of the vendor for longer than is tolerated',
    times(100, cutOff),
    { submissions: 31, outcome: { status: 'failed', kind: 'UpstreamUnavailable' } },
  ],
  [
    'a wrong request',
    [{ to: 'submit', takes: 5, fails: { kind: 'InvalidRequest', isFinal: true } }],
    { submissions: 1, outcome: { status: 'failed', kind: 'InvalidRequest', done: [] } },
  ],
  ['three refused questions', times(3, unasked), { submissions: 2, outcome: { status: 'done' } }],
  [
    'four refused questions',
    times(4, unasked),
    {
      submissions: 1,
      outcome: {
        ...{ status: 'failed', kind: 'Forbidden', done: [] },
        message: expect.stringMatching(/^4 questions about a job in a row were refused/) as string,
      },
    },
  ],
  [
    'refused questions between others',
    [...times(3, unasked), ended('running'), ...times(3, unasked)],
    { submissions: 2, outcome: { status: 'done' } },
  ],
  [
    'a file that cannot be read',
    [{ to: 'collect', takes: 5, fails: { kind: 'Unauthorized', isFinal: true } }],
    { submissions: 1, outcome: { status: 'failed', kind: 'Unauthorized', done: [] } },
  ],
];

test.each(cases)('%s', (_, vendor, expected) => {
  const { submissions, answers } = run([{ at: 0, do: { ask: requestOf('r') } }], vendor);
  expect(answers).toHaveLength(1);
  expect(answers[0]?.outcome).toMatchObject(expected.outcome);
  expect(submissions).toHaveLength(expected.submissions);
});

test('who no longer asks again lets all others pass, and is served when nobody else waits', () => {
  const repeat = 6 * pace.between;
  const left = ['gone-1', 'gone-2'].map((id) => ({ at: 1, do: { ask: requestOf(id, { priority: 1 }) } }));
  const busy = { at: 0, do: { ask: requestOf('busy') } };
  const ask = requestOf('live', { priority: 4 });
  const live = [2, repeat, 2 * repeat, 3 * repeat].map((at) => ({ at, do: { ask } }));
  const { answers } = run([busy, ...left, ...live], [{ to: 'submit', takes: 3 * repeat + 2_000 }]);
  expect(answers.map(({ id }) => id)).toEqual(['busy', 'live', 'gone-1', 'gone-2']);
});

test('a line that is begun anew for who had asked before waits first, and takes refusals for its own job', () => {
  const events: Event[] = [{ at: 50, do: { ask: requestOf('r', { again: true }) } }];
  const { submissions, answers } = run(events, times(8, refused));
  expect(submissions[0]?.from).toBe(50 + pace.between);
  expect(answers[0]?.outcome).toMatchObject({ status: 'done' });
});

test('a line stays while a job may be under way whose id nobody knows, and knows why who comes next is refused', () => {
  const later = 5_000;
  const events: Event[] = [
    { at: 0, do: { ask: requestOf('cancelled') } },
    { at: 3, do: { withdraw: 'cancelled' } },
    { at: later, do: { ask: requestOf('next') } },
  ];
  const alone = run(events.slice(0, 2), [cutOff]);
  expect(alone.endedAt).toBe(5 + pace.patience);
  const { submissions, answers } = run(events, [cutOff, ...times(9, refused)]);
  expect(submissions[1]?.from).toBe(later);
  expect(answers).toMatchObject([{ id: 'next', outcome: { status: 'done' } }]);
});

test('a question that was refused is asked again after the pause between two submissions', () => {
  const queue = emptyQueue();
  enqueue(queue, 0, requestOf('r'));
  nextStep(queue, 0);
  submitted(queue, 0, { jobId: 'j', submittedAt: '', requests: 1 });
  collectingFailed(queue, 100, { kind: 'Forbidden', isFinal: true, message: 'no' });
  expect(nextStep(queue, 100)).toEqual({ do: 'wait', until: 100 + pace.between });
  expect(nextStep(queue, 100 + pace.between)).toMatchObject({ do: 'collect', submitted: { jobId: 'j' } });
});

test('pauses between questions rise to three times the first', () => {
  const asking: number[] = [];
  const queue = emptyQueue();
  enqueue(queue, 0, requestOf('r'));
  nextStep(queue, 0);
  submitted(queue, 0, { jobId: 'j', submittedAt: '', requests: 1 });
  for (let now = 0; asking.length < 5;) {
    const step = nextStep(queue, now);
    if (step.do === 'wait') {
      asking.push(step.until - now);
      now = step.until;
    } else collected(queue, now, { status: 'running', requests: 1 });
  }
  expect(asking).toEqual([100, 150, 225, 300, 300]);
});
