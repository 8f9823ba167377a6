/** An organisation that a test scripts, one evaluation of it, and how to see what became of it. */
import { dateRange, freshSimulator, present, searchAll, span, type Entity } from './simulatorClient.js';

export type Row = Record<string, unknown>;
interface Score {
  questionId: string;
  score: number;
}
export interface Read extends Entity {
  status: string;
  changedDate: string;
  submittedDate?: string;
  evaluationForm: { id: string; contextId: string };
  aiScoring?: { pending: boolean };
  answers: {
    totalScore?: number;
    maxTotalRawScore: number;
    questionGroupScores: { questionScores: Score[] }[];
  };
}
export const jump = 3_600;
/** The moment at which the script begins. */
export const later = '2026-10-20T13:00:00.000Z';
const eventTypes = ['nEvaluations', 'nEvaluationsRescored', 'nEvaluationsDeleted'];

/** A small organisation whose clock stands still, and one finished evaluation of it. */
export async function scripted(kind = 'released') {
  const opened = await freshSimulator({ evaluations: 60 });
  const { api, control, truth } = opened;
  await control('POST', 'clock', { freeze: true });
  await control('POST', 'clock', { set: present });
  const [id = ''] = (await control<{ ids: string[] }>('GET', `pick?kind=${kind}`)).ids;
  /** The evaluation as a search shows it; the span of its submission is that of the organisation. */
  const searched = async () => {
    const itself = { type: 'EXACT', field: 'evaluationId', value: id };
    const submitted = dateRange('submittedDate', span.from, present);
    const items = await searchAll(api, [submitted, itself], { systemSubmitted: kind === 'automated' });
    return items as Read[];
  };
  const [{ conversation } = { conversation: undefined }] = await searched();
  const path = `/api/v2/quality/conversations/${(conversation as Entity).id}/evaluations`;
  const read = (evaluationId: string) => api.get<Read>(`${path}/${evaluationId}`);
  /** The truth of an evaluation that something has happened to since the script began. */
  const rowOf = async (evaluationId: string, query: Record<string, string> = { from: later }) =>
    (await truth('evaluations', query)).find((row) => row['evaluation_id'] === evaluationId);
  const before = await read(id);
  await control('POST', 'clock', { advanceSeconds: jump });
  return {
    ...opened,
    id,
    path,
    before,
    read,
    searched,
    rowOf,
    happen: (event: Row) => control<Row>('POST', 'events', { evaluationId: id, ...event }),
    /** Data events since the script began, as analytics count them: metric by evaluation. */
    counted: async () => {
      const { results } = await api.post<{ results: { group: Row; data: { metrics: Row[] }[] }[] }>(
        '/api/v2/analytics/evaluations/aggregates/query',
        {
          interval: `${later}/2026-12-01T00:00:00.000Z`,
          groupBy: ['evaluationId'],
          metrics: eventTypes,
          alternateTimeDimension: 'eventTime',
        },
      );
      return Object.fromEntries(
        results.map(({ group, data }) => [
          group['evaluationId'],
          data[0]?.metrics.map(({ metric }) => metric),
        ]),
      );
    },
    found: async (field: string) =>
      (await searchAll(api, [dateRange(field, later, '2026-10-20T14:00:00.000Z')])).map((item) => item.id),
  };
}

export const scoresOf = (read: Read) =>
  read.answers.questionGroupScores.flatMap((group) => group.questionScores);
export const questionsOf = (read: Read) => scoresOf(read).map(({ questionId }) => questionId);
