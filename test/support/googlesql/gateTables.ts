/** The tables of the statements that the gate is judged by. */
import type { AnalyzedTable } from './analyzer.js';

const answers = {
  evaluation_id: 'STRING',
  question_id: 'STRING',
  evaluation_month: 'DATE',
  changed_at: 'TIMESTAMP',
  score: 'FLOAT64',
  position: 'INT64',
  is_deleted: 'BOOL',
} as const;

const table = (name: string, columns: Readonly<Record<string, string>>): AnalyzedTable => ({
  dataset: 'qm',
  table: name,
  fields: Object.entries(columns).map(([column, type]) => ({ name: column, type, mode: 'NULLABLE' })),
});

export const gateTables: readonly AnalyzedTable[] = [
  table('evaluations', { evaluation_id: 'STRING', agent_id: 'STRING', released_at: 'TIMESTAMP' }),
  table('answers', { ...answers, raw: 'JSON' }),
  table('staged_answers', { ...answers, raw: 'STRING' }),
  {
    dataset: 'qm',
    table: 'forms',
    fields: [
      { name: 'form_id', type: 'STRING', mode: 'REQUIRED' },
      { name: 'title', type: 'STRING', mode: 'NULLABLE' },
    ],
  },
];
