/** The truth that exports are held against says what the lists, rubrics and entries say, and nothing else. */
import { afterAll, describe, expect, it } from 'vitest';
import { byToken, readAll, type Entity, type Json } from '../guide/guideClient.js';
import { openCxoneGuide } from './cxoneGuideClient.js';

const auditor = { clientId: 'auditor', clientSecret: 'auditor-secret' };
const shared = await openCxoneGuide({
  evaluations: 600,
  clients: [{ ...auditor, divisionIds: 'all' }],
});
afterAll(() => shared.simulator.close());

const all = 'dateFrom=2026-01-01T00:00:00Z&pageSize=500';
const assessments = (await readAll(shared, `/api/v2/quality/assessments?${all}`, byToken)).entities;
const feedback = (await readAll(shared, `/api/v2/agent-performance/feedback?${all}`, byToken)).entities;

async function truth(table: string, more = ''): Promise<Json[]> {
  const answer = await fetch(`${shared.origin}/_simulator/truth?table=${table}&contract=cxone-guide${more}`);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(text);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json);
}
const sorted = (rows: readonly Json[]) => rows.map((row) => JSON.stringify(row)).sort();
const month = (time: unknown) => `${String(time).slice(0, 7)}-01`;

interface Rubric {
  id: string;
  name: string;
  version: number;
  questions: { id: string; text: string; section: string; weight: number; maxScore: number | null }[];
}
const rubricIds = [...new Set(assessments.map(({ rubricId }) => String(rubricId)))];
const rubrics = new Map<unknown, Rubric>();
for (const id of rubricIds) rubrics.set(id, await shared.ok<Rubric>(`/api/v2/quality/rubrics/${id}`));

/** Points and weights of the answers of an assessment. */
function answersOf({ answers, rubricId }: Entity) {
  const said = answers as {
    questionId: string;
    score: number | null;
    answer: string | null;
    comments?: string;
  }[];
  return said.map((answer) => {
    const question = rubrics.get(rubricId)?.questions.find(({ id }) => id === answer.questionId);
    if (question === undefined) throw new Error(`${answer.questionId} is in the rubric`);
    return { ...answer, question };
  });
}

describe('the truth', () => {
  it('has the assessments of the lists', async () => {
    const rows = new Map((await truth('evaluations')).map((row) => [row['evaluation_id'], row]));
    expect(rows.size).toBe(assessments.length);
    const parities = new Set<unknown>();
    for (const each of assessments) {
      const scored = answersOf(each).filter(({ score }) => score !== null);
      const sum = (points: (answer: (typeof scored)[number]) => number) =>
        scored.reduce((total, answer) => total + points(answer) * answer.question.weight, 0);
      const possible = sum(({ question }) => question.maxScore ?? 0);
      const exact = possible === 0 ? null : (100 * sum(({ score }) => score ?? 0)) / possible;
      const row = rows.get(each.id);
      expect(row).toMatchObject({
        conversation_id: each['interactionId'],
        status: each['qualityScore'] === null ? 'INPROGRESS' : 'FINISHED',
        agent_id: each['agentId'],
        evaluator_id: each['evaluatorId'] ?? null,
        queue_id: each['queueId'] ?? null,
        division_ids: JSON.stringify([each['siteId']]),
        form_id: each['rubricId'],
        form_name: rubrics.get(each['rubricId'])?.name,
        form_version: `0000000${rubrics.get(each['rubricId'])?.version}`,
        total_score: each['qualityScore'],
        comments: each['comments'],
        created_at: each['createdAt'],
        changed_at: each['updatedAt'],
        submitted_at: null,
        evaluation_month: month(each['createdAt']),
      });
      if (exact === null) expect(row?.['normalized_score']).toBeNull();
      else expect(row?.['normalized_score']).toBeCloseTo(exact, 6);
      const differs = exact !== null && Math.abs(exact - Number(each['qualityScore'])) > 0.01;
      expect(row?.['score_parity']).toBe(exact === null ? 'not_scored' : differs ? 'different' : 'equal');
      parities.add(row?.['score_parity']);
    }
    expect(parities).toEqual(new Set(['equal', 'different', 'not_scored']));
  });

  it('has their answers, weighed by their rubrics', async () => {
    const expected = assessments.flatMap((each) =>
      answersOf(each).map(({ questionId, score, answer, comments, question }) => ({
        evaluation_id: each.id,
        question_id: questionId,
        question_group_id: question.section,
        group_name: question.section,
        group_weight: question.weight,
        question_index: rubrics
          .get(each['rubricId'])
          ?.questions.filter(({ section }) => section === question.section)
          .indexOf(question),
        question_text: question.text,
        answer_text: answer === 'N/A' ? null : answer,
        score,
        max_score: question.maxScore,
        marked_na: answer === 'N/A',
        system_marked_na: false,
        comments: comments ?? null,
        form_id: each['rubricId'],
        form_context_id: null,
        conversation_id: each['interactionId'],
        agent_id: each['agentId'],
        evaluation_month: month(each['createdAt']),
      })),
    );
    expect(expected.length).toBeGreaterThan(5_000);
    expect(sorted(await truth('evaluation_answers'))).toEqual(sorted(expected));
  });

  it('has the rubrics that were used, with their questions', async () => {
    expect(sorted(await truth('forms'))).toEqual(
      sorted(
        [...rubrics.values()].map(({ id, name, version }) => ({
          form_id: id,
          form_context_id: null,
          name,
          form_version: `0000000${version}`,
        })),
      ),
    );
    const questions = [...rubrics.values()].flatMap((rubric) => {
      const sections = [...new Set(rubric.questions.map(({ section }) => section))];
      return rubric.questions.map((question) => ({
        form_id: rubric.id,
        form_context_id: null,
        question_id: question.id,
        question_group_id: question.section,
        group_name: question.section,
        group_index: sections.indexOf(question.section),
        group_weight: question.weight,
        question_index: rubric.questions
          .filter(({ section }) => section === question.section)
          .indexOf(question),
        text: question.text,
        max_score: question.maxScore,
      }));
    });
    expect(sorted(await truth('form_questions'))).toEqual(sorted(questions));
  });

  it('has the feedback of the lists', async () => {
    const rows = await truth('feedback');
    expect(rows).toHaveLength(feedback.length);
    for (const entry of feedback) {
      expect(rows.find((row) => row['feedback_id'] === entry.id)).toMatchObject({
        agent_id: entry['agentId'],
        author_id: entry['authorId'],
        content: entry['message'],
        tags: JSON.stringify([entry['category']]),
        status: 'published',
        is_archived: false,
        conversation_id: entry['interactionId'] ?? null,
        division_id: entry['siteId'],
        created_at: entry['createdAt'],
        modified_at: entry['updatedAt'],
      });
    }
  });

  it('of a span has what was created or changed in it', async () => {
    const [from, to] = ['2026-09-10T00:00:00.000Z', '2026-09-12T00:00:00.000Z'];
    const isIn = (time: unknown) => String(time) >= from && String(time) < to;
    for (const [table, key, listed] of [
      ['evaluations', 'evaluation_id', assessments],
      ['feedback', 'feedback_id', feedback],
    ] as const) {
      const rows = await truth(table, `&from=${from}&to=${to}`);
      const expected = listed.filter(({ createdAt, updatedAt }) => isIn(createdAt) || isIn(updatedAt));
      expect(rows.map((row) => row[key]).sort()).toEqual(expected.map(({ id }) => id).sort());
      expect(rows.length).toBeGreaterThan(0);
    }
  });

  it('is that of a client: who may see more has more', async () => {
    const rows = await truth('evaluations', '&clientId=auditor');
    expect(rows.length).toBeGreaterThan(assessments.length);
  });

  it.each(['evaluation_group_scores', 'calibrations', 'users', 'surveys', 'tombstones'])(
    'of a table that the contract does not fill is refused: %s',
    async (table) => {
      await expect(truth(table)).rejects.toThrow(table);
    },
  );
});
