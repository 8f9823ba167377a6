/** Feedback of the organisation. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeedbackDateField, FeedbackState } from '../../../simulator/organisation/organisation.js';
import { hour, day, from, later, organisation, at, allFeedback, sorted, first } from './organisations.js';

describe('feedback', () => {
  it('is written after one conversation of ten, and some of it is edited, a draft or deleted', () => {
    const entries = allFeedback(at(later, 3_000));
    expect(entries.length / 3_000).toBeCloseTo(0.1, 1);
    const count = (matches: (entry: FeedbackState) => boolean) => entries.filter(matches).length;
    expect(count(({ dateModified, dateCreated }) => dateModified > dateCreated)).toBeGreaterThan(60);
    expect(count(({ status }) => status === 'draft')).toBeGreaterThan(5);
    expect(count(({ status }) => status === 'deleted')).toBeGreaterThan(10);
    expect(count(({ conversationId }) => conversationId === undefined)).toBeGreaterThan(10);
    expect(count(({ externalReference }) => externalReference !== undefined)).toBeGreaterThan(200);
  });

  it.each<FeedbackDateField>(['dateCreated', 'dateModified'])(
    'is listed by %s in order, then of the id, each entry once, whatever the cuts',
    (field) => {
      const of = at(from + 20 * day, 2_000);
      const list = (start: number, end: number) => [...of.feedbackBy(field, start, end)];
      const all = list(-Infinity, Infinity);
      const inOrder = [...all].sort((a, b) => a[field] - b[field] || (a.id < b.id ? -1 : 1));
      expect(all.map(({ id }) => id)).toEqual(inOrder.map(({ id }) => id));
      expect(sorted(all.map(({ id }) => id))).toEqual(sorted(allFeedback(of).map(({ id }) => id)));
      fc.assert(
        fc.property(fc.integer({ min: from, max: from + 20 * day }), (cut) => {
          expect([...list(-Infinity, cut), ...list(cut, Infinity)]).toEqual(all);
        }),
        { numRuns: 6 },
      );
    },
  );

  it('has other words after an edit, under the same id', () => {
    const { of, clock } = organisation();
    const edited = first(
      allFeedback(of),
      ({ status, dateModified, dateCreated }) => status === 'published' && dateModified > dateCreated,
    );
    clock.now = edited.dateModified - 1;
    const before = of.feedback(edited.id);
    expect(before?.dateModified).toBe(edited.dateCreated);
    expect(before?.content).not.toBe(edited.content);
    expect({ ...before, content: '', dateModified: 0 }).toEqual({ ...edited, content: '', dateModified: 0 });
  });

  it('is edited and deleted by a script', () => {
    const { of, clock } = organisation();
    const { id: feedbackId } = first(allFeedback(of), ({ status }) => status === 'published');
    const modified = () =>
      [...of.feedbackBy('dateModified', later, Infinity)].map(({ id, content, status }) => [
        id,
        content,
        status,
      ]);
    clock.now += hour;
    expect(of.apply({ kind: 'editFeedback', feedbackId, content: 'Other words' })).toEqual({ feedbackId });
    expect(modified()).toEqual([[feedbackId, 'Other words', 'published']]);
    clock.now += hour;
    of.apply({ kind: 'deleteFeedback', feedbackId });
    expect(modified()).toEqual([[feedbackId, 'Other words', 'deleted']]);
    expect(of.feedback(feedbackId)?.dateModified).toBe(later + 2 * hour);
    for (const event of [
      { kind: 'deleteFeedback', feedbackId },
      { kind: 'editFeedback', feedbackId, content: '' },
      { kind: 'editFeedback', feedbackId: 'none', content: '' },
    ] as const)
      expect(() => of.apply(event)).toThrow(/feedbackId/);
  });
});
