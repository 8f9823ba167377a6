import { describe, expect, test } from 'vitest';
import { needsReading } from '../../../activities/selectChanged.js';
import {
  changeStampOf,
  hasAnswers,
  referencesOf,
  toIncompleteReference,
  toRecord,
} from '../../../sources/genesys/published/records.js';
import { evaluationSchema, type Evaluation } from '../../../sources/genesys/published/schemas.js';
import { finished, pending } from './fixtures.js';

const evaluation = (more: object): Evaluation =>
  evaluationSchema.parse({ id: 'e1', conversation: { id: 'c1' }, status: 'FINISHED', ...more });

describe('an evaluation has answers', () => {
  const scored = { questionGroupId: 'g1', questionScores: [{ questionId: 'q1', score: 1 }] };
  const empty = { questionGroupId: 'g2', questionScores: [] };
  const bare = { questionGroupId: 'g3', totalScore: 4 };
  const withGroups = (...questionGroupScores: unknown[]) => ({
    answers: { totalScore: 80, questionGroupScores },
  });

  test.each([
    ['a question of a group is scored', withGroups(scored), true],
    ['a group is empty beside one that is not', withGroups(empty, bare, scored), true],
    ['all groups are empty', withGroups(empty), false],
    ['groups have totals only', withGroups(bare), false],
    ['groups say null', withGroups({ ...bare, questionScores: null }), false],
    ['there are no groups', withGroups(), false],
    ['groups are null', { answers: { totalScore: 80, questionGroupScores: null } }, false],
    ['there are totals only', { answers: { totalScore: 80 } }, false],
    ['answers are null', { answers: null }, false],
    ['answers are absent', {}, false],
  ])('once finished, when %s', (_, more, expected) => {
    for (const status of ['FINISHED', 'INREVIEW', 'RETRACTED', 'Finished']) {
      expect(hasAnswers(evaluation({ ...more, status })), status).toBe(expected);
    }
  });

  test.each(['PENDING', 'INPROGRESS', 'InProgress'])('as far as it can have while it is %s', (status) => {
    expect(hasAnswers(evaluation({ status }))).toBe(true);
  });
});

describe('the time of last change', () => {
  const dates = {
    conversationDate: '2026-03-01T00:00:00Z',
    createdDate: '2026-03-02T00:00:00Z',
    assignedDate: '2026-03-03T00:00:00Z',
    submittedDate: '2026-03-04T00:00:00Z',
  };

  test.each([
    [
      'is what the vendor says',
      { ...dates, changedDate: '2026-03-01T12:00:00Z' },
      '2026-03-01T12:00:00.000Z',
    ],
    ['is in UTC', { changedDate: '2026-03-01T12:00:00.5+02:00' }, '2026-03-01T10:00:00.500Z'],
    ['is the latest of the other dates else', dates, '2026-03-04T00:00:00.000Z'],
    [
      'is the latest moment, however it is written',
      { createdDate: '2026-03-05T01:00:00+05:00', submittedDate: '2026-03-04T23:00:00Z' },
      '2026-03-04T23:00:00.000Z',
    ],
    [
      'is that of the revision, too',
      { ...dates, revisionCreatedDate: '2026-03-09T00:00:00Z' },
      '2026-03-09T00:00:00.000Z',
    ],
    [
      'is not a release, which may lie in the future',
      { ...dates, releaseDate: '2027-01-01T00:00:00Z' },
      '2026-03-04T00:00:00.000Z',
    ],
    ['is the first moment there is where nothing is dated', {}, '1970-01-01T00:00:00.000Z'],
  ])('%s', (_, more, expected) => {
    expect(changeStampOf(evaluation(more))).toBe(expected);
  });
});

describe('what becomes of an evaluation', () => {
  const at = '2026-03-10T12:00:00.000Z';

  test('is a record with the JSON as it came', () => {
    const raw = { ...finished, addedByTheVendor: 1 };
    expect(toRecord(evaluationSchema.parse(raw), raw, true, at)).toEqual({
      kind: 'evaluation',
      id: 'evaluation-1',
      locator: 'conversation-1',
      conversationId: 'conversation-1',
      changeStamp: '2026-03-04T10:00:00.123Z',
      formId: 'form-v3',
      isAutomated: true,
      totalScore: 87.5,
      extractedAt: at,
      body: raw,
    });
  });

  test('is a record also without form and conversation', () => {
    const { evaluationForm: _, conversation: __, ...body } = pending;
    expect(toRecord(evaluationSchema.parse(body), body, null, at)).toMatchObject({
      formId: null,
      locator: '',
    });
  });

  test('is a reference to read by id where the list left out the answers', () => {
    expect(toIncompleteReference(evaluation({ changedDate: at }), false)).toEqual({
      kind: 'evaluation',
      id: 'e1',
      locator: 'c1',
      changedAt: at,
      isAutomated: false,
      reason: 'incomplete',
    });
  });

  test.each([
    ['begun long before', { revisionCreatedDate: '2026-03-09T00:00:00Z' }],
    ["that has only the first version's date of making", { createdDate: '2026-03-08T00:00:00Z' }],
    ['without other dates', {}],
  ])('leads to the revision it replaced, as new as the last change of one %s', (_, more) => {
    const references = referencesOf(
      evaluation({ changedDate: at, retractedEvaluation: { id: 'e0' }, ...more }),
    );
    expect(references).toEqual([
      { kind: 'evaluation', id: 'e0', locator: 'c1', changedAt: at, isAutomated: null, reason: 'retracted' },
    ]);
    const copyBefore = {
      id: 'e0',
      changeStamp: '2026-03-01T00:00:00.000Z',
      extractedAt: '2026-03-10T00:00:00.000Z',
      status: 'FINISHED',
      isDeleted: false,
      totalScore: 80,
    };
    expect(references.map((each) => needsReading(each, copyBefore))).toEqual([true]);
  });

  test('leads nowhere where it stands alone', () => {
    expect(referencesOf(evaluation({ retractedEvaluation: null, calibration: null }))).toEqual([]);
  });
});
