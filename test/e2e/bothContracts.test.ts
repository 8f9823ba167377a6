/** One organisation exported under both contracts: the same evaluations, answers and scores, table by table. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tables, type TableName } from '../../model/tables.js';
import { notCarried, notCarriedByAssessments } from '../../sources/genesys/guide/notCarried.js';
import { defaultSpan, openScenario, type Scenario } from './support/scenario.js';

const { from } = defaultSpan;
/** After the last change of anything: one contract lists by change, the other by what happened. */
const to = '2026-11-15T00:00:00.000Z';
const streams = (...lines: string[]) => ['streams:', ...lines.map((line) => `  ${line}`)];

let scenario: Scenario;

beforeAll(async () => {
  scenario = await openScenario({
    evaluations: 700,
    simulatorArguments: ['--allowance', '100000', '--contract', 'published,guide'],
    connections: ({ contracts: { published, guide } }) => ({
      published: [
        `apiUrl: ${published?.apiUrl}`,
        `loginUrl: ${published?.loginUrl}`,
        ...streams(
          `evaluations: { startFrom: "${from}", conversations: true }`,
          `csat: { startFrom: "${from}" }`,
          `feedback: { startFrom: "${from}" }`,
          `divisions: { startFrom: "${from}" }`,
        ),
      ],
      guide: [
        'api: guide',
        `apiUrl: ${guide?.apiUrl}`,
        `loginUrl: ${guide?.loginUrl}`,
        ...streams(
          `evaluations: { startFrom: "${from}", conversations: true }`,
          `csat: { startFrom: "${from}" }`,
          `feedback: { startFrom: "${from}" }`,
          `divisions: { startFrom: "${from}" }`,
        ),
      ],
      assessed: [
        'api: guide',
        'signIn: json',
        `apiUrl: ${guide?.apiUrl}`,
        `loginUrl: ${guide?.loginUrl}`,
        ...streams(`assessments: { startFrom: "${from}" }`),
      ],
    }),
  });
  scenario.startWorker();
});

afterAll(async () => {
  await scenario?.close();
});

const exported = async (connection: string, stream: string) =>
  scenario.export({ from, to }, {}, { connection, stream });

/** A span with what happens at the organisation's present. */
async function aroundNow() {
  const { now } = await scenario.control<{ now: string }>('GET', 'clock');
  const hour = 3_600_000;
  return {
    from: new Date(Date.parse(now) - hour).toISOString(),
    to: new Date(Date.parse(now) + hour).toISOString(),
  };
}

/** Differs by nature: whose copy it is, when it was made, and what the vendor's JSON looks like. */
const technical = new Set([
  ...['connection', 'batch_id', 'extracted_at', 'loaded_at', 'first_seen_at'],
  ...['raw', 'content_hash', 'form_structure_hash', 'structure_hash'],
]);

function comparable(table: TableName, without: readonly string[]): string[] {
  return tables[table].columns
    .filter(({ name }) => !technical.has(name) && !without.includes(name))
    .map(({ name, type }) => (type === 'double' ? `round(${name}, 6) AS ${name}` : name));
}

/** Rows that one connection has and the other has not, by the columns that both carry. */
async function differences(
  table: TableName,
  connections: readonly [string, string],
  without: readonly string[] = [],
  where = 'true',
) {
  const columns = comparable(table, without).join(', ');
  const rowsOf = (connection: string) =>
    `SELECT ${columns} FROM ${table} WHERE connection = '${connection}' AND ${where}`;
  const [one, other] = connections;
  const [counted] = await scenario.warehouse.query(
    `SELECT count(*) AS rows FROM ${table} WHERE connection = '${one}' AND ${where}`,
  );
  return {
    rows: Number(counted?.['rows']),
    onlyOne: await scenario.warehouse.query(`${rowsOf(one)} EXCEPT ${rowsOf(other)} ORDER BY ALL LIMIT 3`),
    onlyOther: await scenario.warehouse.query(`${rowsOf(other)} EXCEPT ${rowsOf(one)} ORDER BY ALL LIMIT 3`),
  };
}

/** Options of a multiple choice are questions of their own in one contract only. */
const topLevel: Partial<Record<TableName, string>> = {
  form_questions: 'parent_question_id IS NULL',
  form_answer_options: `question_id NOT IN (SELECT question_id FROM form_questions
       WHERE parent_question_id IS NOT NULL OR type = 'multipleSelectQuestion')`,
};

describe('evaluations under both contracts', () => {
  beforeAll(async () => {
    await exported('published', 'evaluations');
    await exported('guide', 'evaluations');
  });

  it.each([
    'evaluations',
    'evaluation_group_scores',
    'evaluation_answers',
    'calibration_evaluations',
    'calibration_answers',
    'forms',
    'form_questions',
    'form_answer_options',
  ] as const)('%s are the same, but for what the guide contract does not say', async (table) => {
    const { rows, ...found } = await differences(
      table,
      ['published', 'guide'],
      notCarried[table],
      topLevel[table],
    );
    expect(found).toEqual({ onlyOne: [], onlyOther: [] });
    expect(rows).toBeGreaterThan(0);
  });

  it('have the same points wherever both state them', async () => {
    const [row] = await scenario.warehouse.query(
      `SELECT count(*) AS stated, count_if(g.score <> p.score) AS other FROM evaluation_answers p
       JOIN evaluation_answers g USING (evaluation_id, question_id)
       WHERE p.connection = 'published' AND g.connection = 'guide' AND g.score IS NOT NULL`,
    );
    expect(row).toMatchObject({ other: 0 });
    expect(Number(row?.['stated'])).toBeGreaterThan(5_000);
  });

  it('are about the same conversations', async () => {
    const [row] = await scenario.warehouse.query(
      `SELECT count(*) AS both, count(p.external_reference) AS referenced FROM conversations p JOIN conversations g
       ON g.conversation_id = p.conversation_id AND g.connection = 'guide'
         AND g.started_at = p.started_at AND g.ended_at = p.ended_at
         AND g.agent_id = p.agent_id AND g.external_reference IS NOT DISTINCT FROM p.external_reference
         AND abs(g.duration_seconds - p.duration_seconds) < 1
       WHERE p.connection = 'published'`,
    );
    const [all] = await scenario.warehouse.query(
      "SELECT count(*) AS held FROM conversations WHERE connection = 'guide'",
    );
    expect(row?.['both']).toBe(all?.['held']);
    expect(Number(row?.['referenced'])).toBeGreaterThan(0);
  });
});

describe('assessments', () => {
  it('are the evaluations that were submitted, with the same answers and scores', async () => {
    await exported('assessed', 'assessments');
    const without = [...notCarried.evaluations, ...notCarriedByAssessments.evaluations];
    const submitted = 'submitted_at IS NOT NULL';
    const { rows, ...found } = await differences('evaluations', ['guide', 'assessed'], without, submitted);
    expect(found).toEqual({ onlyOne: [], onlyOther: [] });
    expect(rows).toBeGreaterThan(500);
    const [locked] = await scenario.warehouse.query(
      `SELECT count(*) AS unlocked FROM evaluations WHERE connection = 'assessed' AND NOT score_version_locked`,
    );
    expect(locked).toEqual({ unlocked: 0 });
  });
});

describe('CSAT', () => {
  it('of surveys and of scorecards says the same of a conversation', async () => {
    await exported('published', 'csat');
    await exported('guide', 'csat');
    const [row] = await scenario.warehouse.query(
      `SELECT count(*) AS both,
         count_if(g.nps_score IS DISTINCT FROM p.nps_score) AS other_nps,
         count_if(round(g.csat_value, 6) IS DISTINCT FROM round(p.csat_value, 6)) AS other_csat,
         count_if(NOT p.is_enriched OR NOT g.is_enriched) AS unenriched,
         count_if(abs(g.conversation_seconds - p.conversation_seconds) >= 1) AS other_length
       FROM surveys p JOIN surveys g ON g.conversation_id = p.conversation_id AND g.connection = 'guide'
       WHERE p.connection = 'published' AND p.status = 'FINISHED'`,
    );
    expect(row).toMatchObject({ other_nps: 0, other_csat: 0, unenriched: 0, other_length: 0 });
    expect(Number(row?.['both'])).toBeGreaterThan(50);
  });

  it('keeps what its conversation added when the source keeps that no longer', async () => {
    const columns = `survey_id, conversation_id, is_enriched, media_type, external_reference, conversation_seconds`;
    const [before] = await scenario.warehouse.query(
      `SELECT ${columns} FROM surveys
       WHERE connection = 'published' AND status = 'EXPIRED' AND external_reference IS NOT NULL ORDER BY survey_id LIMIT 1`,
    );
    expect(before).toMatchObject({ is_enriched: true });
    const { survey_id: surveyId, conversation_id: conversationId } = before ?? {};
    await scenario.control('POST', 'events', { kind: 'forgetConversation', conversationId });
    await scenario.control('POST', 'events', { kind: 'completeSurvey', surveyId });
    await scenario.export(await aroundNow(), {}, { connection: 'published', stream: 'csat' });
    const after = await scenario.warehouse.query(
      `SELECT ${columns}, status FROM surveys WHERE connection = 'published' AND survey_id = '${String(surveyId)}'`,
    );
    expect(after).toEqual([{ ...before, status: 'FINISHED' }]);
  });

  it('of a survey that was deleted is marked so, with what was answered', async () => {
    const finished = `SELECT survey_id, is_deleted, csat_value FROM surveys
      WHERE connection = 'published' AND status = 'FINISHED' AND csat_value IS NOT NULL`;
    const [before] = await scenario.warehouse.query(`${finished} ORDER BY survey_id LIMIT 1`);
    await scenario.control('POST', 'events', { kind: 'deleteSurvey', surveyId: before?.['survey_id'] });
    await scenario.export(await aroundNow(), {}, { connection: 'published', stream: 'csat' });
    const deleted = await scenario.warehouse.query(`${finished} AND is_deleted`);
    expect(deleted).toEqual([{ ...before, is_deleted: true }]);
  });
});

describe('feedback', () => {
  it('and coaching say the same to an agent', async () => {
    await exported('published', 'feedback');
    await exported('guide', 'feedback');
    const said = (connection: string, kind: string) =>
      `SELECT agent_id, conversation_id, content, is_archived FROM feedback
       WHERE connection = '${connection}' AND kind = '${kind}' AND status <> 'draft'`;
    const published = said('published', 'coaching_annotation');
    const guide = said('guide', 'feedback');
    const [counts] = await scenario.warehouse.query(
      `SELECT (SELECT count(*) FROM (${published})) AS published, (SELECT count(*) FROM (${guide})) AS guide,
         (SELECT count(*) FROM (${published} INTERSECT ${guide})) AS same`,
    );
    expect(counts?.['published']).toBe(counts?.['guide']);
    expect(counts?.['same']).toBe(counts?.['guide']);
    expect(Number(counts?.['guide'])).toBeGreaterThan(20);
  });
});

describe('divisions', () => {
  it('are the same', async () => {
    await exported('published', 'divisions');
    await exported('guide', 'divisions');
    const { rows, ...found } = await differences(
      'divisions',
      ['published', 'guide'],
      ['is_granted', 'description', 'change_stamp'],
    );
    expect(found).toEqual({ onlyOne: [], onlyOther: [] });
    expect(rows).toBeGreaterThan(2);
  });
});
