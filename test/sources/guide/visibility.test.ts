import { describe, expect, test } from 'vitest';
import { createGuideSource } from '../../../sources/genesys/guide/source.js';
import type { CsatStream, GenesysStream } from '../../../sources/genesys/streams.js';
import { answerItem, evaluationBody, scorecard } from './fixtures.js';
import { evaluationsPath, serveGuide } from './servedGuide.js';
import { context } from './simulatedGuide.js';

const window = { start: '2026-11-01T05:00:00.000Z', end: '2026-11-02T07:00:00.000Z' };

/** Ids by division, in pages of two. */
async function audit(stream: GenesysStream, shown: Record<string, string[]>) {
  const served = await serveGuide(({ path, query }) => {
    if (path === '/api/v2/divisions') {
      return { entities: ['d1', 'd2'].map((id) => ({ id, name: `Division ${id}` })) };
    }
    const ids = shown[query['divisionId'] ?? ''] ?? [];
    const start = Number(query['cursor'] ?? query['nextPageToken'] ?? 0);
    const next = start + 2 < ids.length ? String(start + 2) : null;
    const entities = ids.slice(start, start + 2).map((id) => ({ id }));
    return stream.name === 'evaluations'
      ? { entities, ...(next ? { nextPage: next } : {}) }
      : { entities, nextPageToken: next };
  });
  const findings = await createGuideSource(served.api, stream).auditVisibility(window, context);
  return { findings, asked: served.asked };
}

describe('an audit of what is hidden', () => {
  test.each([
    ['evaluations', { name: 'evaluations', discovery: 'lists' }],
    ['assessments', { name: 'assessments', divisions: 'each' }],
    ['feedback', { name: 'feedback', deleted: 'archive' }],
  ] as [string, GenesysStream][])('of %s counts each division, and all at once', async (_, stream) => {
    const { findings } = await audit(stream, {
      d1: ['a', 'b', 'c'],
      d2: ['c', 'd'],
      all: ['a', 'b', 'c', 'd'],
    });
    expect(findings).toMatchObject([
      { aspect: 'division', subjectId: 'd1', subjectName: 'Division d1', records: 3, isVisible: true },
      { aspect: 'division', subjectId: 'd2', records: 2, isVisible: true },
      { aspect: 'divisions-at-once', subjectId: 'organisation', records: 0, isVisible: true },
    ]);
  });

  test.each([
    [
      'a division without records, which may be empty or hidden',
      { d1: ['a'], all: ['a'] },
      [true, null, true],
      [1, 0, 0],
    ],
    [
      'all at once that leave something out',
      { d1: ['a'], d2: ['b'], all: ['a'] },
      [true, true, false],
      [1, 1, 1],
    ],
    [
      'all at once that show more',
      { d1: ['a'], d2: ['b'], all: ['a', 'b', 'c', 'd'] },
      [true, true, false],
      [1, 1, 2],
    ],
    ['nothing at all', {}, [null, null, true], [0, 0, 0]],
  ])('finds %s', async (_, shown, visible, records) => {
    const { findings } = await audit({ name: 'assessments', divisions: 'each' }, shown);
    expect(findings.map(({ isVisible }) => isVisible)).toEqual(visible);
    expect(findings.map((each) => each.records)).toEqual(records);
  });

  test('asks for whole days, and of evaluations for their ids alone', async () => {
    const { asked } = await audit({ name: 'evaluations', discovery: 'lists' }, { all: ['a'] });
    expect(asked.at(-1)?.query).toEqual({
      dateModifiedRange: '2026-11-01T00:00:00.000Z..2026-11-03T00:00:00.000Z',
      pageSize: '250',
      fields: 'id',
      divisionId: 'all',
    });
  });

  test('of divisions has nothing to ask', async () => {
    const { findings, asked } = await audit({ name: 'divisions' }, {});
    expect(findings).toEqual([]);
    expect(asked).toEqual([]);
  });
});

describe('an audit of the labels of scorecards', () => {
  const answered = answerItem('r');
  const closing = scorecard('s1', 'Closing', [answerItem('q')]);
  const survey = (label: string | null) => ({ ...scorecard('s2', '', [answered]), label });

  /** `submitted`: evaluations by the day of the window that shows them, in pages of one. */
  async function auditLabels(stream: Partial<CsatStream>, submitted: Record<string, object[]>) {
    const served = await serveGuide(({ query }) => {
      const [day = '', at = '0'] = (query['cursor'] ?? query['from']?.slice(0, 10) ?? '').split('/');
      const page = Number(at);
      const evaluations = submitted[day] ?? [];
      const more = page + 1 < evaluations.length;
      return {
        entities: evaluations.slice(page, page + 1),
        ...(more ? { nextPageUri: `${evaluationsPath}?cursor=${day}/${page + 1}` } : {}),
      };
    });
    const source = createGuideSource(served.api, { name: 'csat', label: 'csat', ...stream });
    const [finding, ...others] = await source.auditVisibility(window, context);
    expect(others).toEqual([]);
    return { finding, asked: served.asked };
  }
  const carrying = (...scorecards: object[]) => evaluationBody({ scorecards });

  test('says what is taken for surveys and what is passed over', async () => {
    const { finding, asked } = await auditLabels(
      {},
      {
        '2026-11-01': [carrying(closing, survey('My CSAT')), carrying(closing)],
        '2026-11-02': [
          carrying(closing, survey('CSAT')),
          carrying(survey('CSAT'), { ...closing, items: null }),
          evaluationBody({ scorecards: [survey('CSAT')], isCalibration: true }),
        ],
      },
    );
    expect(finding).toEqual({
      aspect: 'scorecards',
      subjectId: 'organisation',
      subjectName: null,
      records: 3,
      isVisible: true,
      note: 'Surveys are the scorecards "CSAT" (2), "My CSAT" (1) of 4 evaluations; passed over are "Closing" (4).',
    });
    // The newest day first, each without the begin of the next.
    expect(asked[0]?.query).toMatchObject({
      from: '2026-11-02T00:00:00.000Z',
      to: '2026-11-02T23:59:59.999Z',
    });
    expect(asked).toHaveLength(5);
  });

  test.each([
    [
      { label: 'satisfaction' },
      'No scorecard of 1 evaluations has a label that contains "satisfaction" (label);',
    ],
    [
      { questionIds: ['a', 'b'] },
      'No scorecard of 1 evaluations has one of the questions a, b (questionIds);',
    ],
  ])('that %o names none of is hidden', async (stream, begin) => {
    const { finding } = await auditLabels(stream, { '2026-11-02': [carrying(closing, survey('CSAT'))] });
    expect(finding).toMatchObject({ records: 0, isVisible: false });
    expect(finding?.note).toBe(
      `${begin} passed over are "CSAT" (1), "Closing" (1). Set label or questionIds to those of the survey.`,
    );
  });

  test.each([
    ['nothing was submitted', {}, 0],
    ['none carries any', { '2026-11-02': [evaluationBody()] }, 1],
  ])('cannot tell where %s', async (_, submitted, evaluations) => {
    const { finding } = await auditLabels({}, submitted);
    expect(finding).toMatchObject({ records: 0, isVisible: null });
    expect(finding?.note).toContain(`None of ${evaluations} evaluations`);
  });

  test('that nobody answered yet are taken all the same', async () => {
    const unanswered = scorecard('s2', 'CSAT', [answerItem('r', { value: null })]);
    const { finding } = await auditLabels({}, { '2026-11-02': [carrying(unanswered)] });
    expect(finding).toMatchObject({ records: 0, isVisible: true });
  });

  test('names the most frequent of many labels', async () => {
    const many = Array.from({ length: 25 }, (_, index) => scorecard(`s${index}`, `Part ${index}`, []));
    const { finding } = await auditLabels(
      {},
      { '2026-11-01': [carrying(...many)], '2026-11-02': [carrying(closing)] },
    );
    expect(finding?.note).toMatch(/"Part 0" \(1\).* and 6 more\. Set label/u);
  });

  test('looks back until there are evaluations enough', async () => {
    const served = await serveGuide(() => ({
      entities: Array.from({ length: 2000 }, (_, index) => evaluationBody({ id: `e${index}` })),
    }));
    const source = createGuideSource(served.api, { name: 'csat', label: 'csat' });
    const [finding] = await source.auditVisibility(window, context);
    expect(finding?.note).toContain('None of 2000 evaluations');
    expect(served.asked).toHaveLength(1);
  });
});
