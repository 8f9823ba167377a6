/** An index of evaluations that answers searches as the published API is documented, and as it is not documented. */
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { sendJson, type Received } from '../http/testServer.js';

export interface IndexedEvaluation {
  id: string;
  submittedDate?: string | undefined;
  redacted?: boolean;
  [field: string]: unknown;
}

const criterion = z.strictObject({
  type: z.literal('DATE_RANGE'),
  field: z.literal('submittedDate'),
  startValue: z.iso.datetime({ precision: 3 }),
  endValue: z.iso.datetime({ precision: 3 }),
});
const request = z.strictObject({
  query: z.tuple([criterion]),
  pageNumber: z.int().min(1),
  pageSize: z.int().min(1).max(100),
  sortBy: z.literal('submittedDate'),
  sortOrder: z.literal('ASC'),
  systemSubmitted: z.literal(false),
});

export class SearchIndex {
  rows: IndexedEvaluation[];
  /** Whether the two ends of a range count: the vendor does not say. */
  readonly ends: 'inclusive' | 'exclusive';
  requests = 0;
  /** Called before each request, to change the index while it is read. */
  beforeRequest: (index: SearchIndex) => void = () => {};

  constructor(rows: readonly IndexedEvaluation[], ends: 'inclusive' | 'exclusive') {
    this.rows = [...rows];
    this.ends = ends;
  }

  answer({ body }: Received, response: ServerResponse): void {
    this.requests += 1;
    this.beforeRequest(this);
    const parsed = request.safeParse(JSON.parse(body));
    if (!parsed.success) {
      sendJson(response, 400, { message: parsed.error.message, code: 'bad.request', status: 400 });
      return;
    }
    const { query, pageNumber, pageSize } = parsed.data;
    const [range] = query;
    const edge = this.ends === 'inclusive' ? 0 : 1;
    const from = Date.parse(range.startValue) + edge;
    const to = Date.parse(range.endValue) - edge;
    const matching = this.rows
      .filter((row) => timeOf(row) >= from && timeOf(row) <= to)
      .sort((a, b) => timeOf(a) - timeOf(b) || (a.id < b.id ? -1 : 1))
      .map((row) => (row.redacted === true ? { id: row.id, status: row['status'], redacted: true } : row));
    const first = (pageNumber - 1) * pageSize;
    sendJson(response, 200, { pageSize, pageNumber, results: matching.slice(first, first + pageSize) });
  }
}

const timeOf = (row: IndexedEvaluation) => Date.parse(row.submittedDate ?? '');

export const submitted = (id: string, at: number, more: object = {}): IndexedEvaluation => ({
  id,
  conversation: { id: `conversation-${id}` },
  status: 'FINISHED',
  submittedDate: new Date(at).toISOString(),
  changedDate: new Date(at).toISOString(),
  answers: {
    questionGroupScores: [{ questionGroupId: 'g', questionScores: [{ questionId: 'q', score: 1 }] }],
  },
  ...more,
});
