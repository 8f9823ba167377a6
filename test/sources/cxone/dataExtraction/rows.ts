/** Rows of files as tests need them: whatever is not named is as it usually is. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  defaultEntities,
  type CsvRow,
  type EntityKind,
} from '../../../../sources/cxone/data-extraction/columns.js';
import { shapeFiles } from '../../../../sources/cxone/data-extraction/shape.js';
import type { ExtractedFile } from '../../../../sources/extractionJobs.js';
import { never } from '../../http/testServer.js';

export const extractedAt = '2026-09-20T10:00:00.000Z';

export const workflowRow = (changed: CsvRow = {}): CsvRow => ({
  'Workflow ID': 'w-1',
  Type: 'Evaluation',
  'Workflow Status': 'Completed',
  'Workflow State': 'Submitted',
  'Submission Date': '2026-09-02T10:00:00Z',
  'Start Date': '2026-09-02T09:00:00Z',
  'Last Updated': '2026-09-03T08:00:00Z',
  'Score Percentage': '80',
  'Maximum Possible Score': '10',
  'Failed Critical Question': 'false',
  'Form Name': 'Service',
  'Form Version': '3',
  'Agent ID': 'a-1',
  'FirstName (Agent)': 'Ada',
  'LastName (Agent)': 'Ahorn',
  'Team ID': 't-1',
  'FirstName (Eva)': 'Eva',
  'LastName (Eva)': 'Luator',
  'Segment ID': 's-1',
  'ACD ID': '4711',
  'Interaction Type': 'Voice',
  'Interaction Start Date': '2026-08-31 23:59:30',
  'Interaction End Date': '2026-09-01 00:07:00',
  ...changed,
});

export const questionRow = (changed: CsvRow = {}): CsvRow => ({
  'Workflow Instance ID': 'w-1',
  'Workflow Type': 'Evaluation',
  'Form ID': 'f-1',
  'Form Name': 'Service',
  'Form Version': '3',
  'Section ID': 'g-1',
  'Section Title': 'Opening',
  'Question ID': 'q-1',
  'Question Number': '1.1',
  'Question Title': 'Greeted?',
  'Question Type': 'Multiple Choice',
  Answer: 'Yes',
  'Actual Score': '8',
  'Max Score': '10',
  Critical: 'false',
  'Failed Critical Question': 'false',
  Mandatory: 'true',
  Scorable: 'true',
  ...changed,
});

/** A row without these columns. */
export const without = (row: CsvRow, ...headers: string[]): CsvRow =>
  Object.fromEntries(Object.entries(row).filter(([header]) => !headers.includes(header)));

export interface TestFile {
  kind: EntityKind;
  content: string | Buffer;
  extractedAt?: string;
  /** The dates of its job, where they matter. */
  startDate?: string;
  endDate?: string;
}

/** Files as jobs bring them, in a directory that goes with the test. */
export async function writeFiles(files: readonly TestFile[]): Promise<ExtractedFile[]> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return Promise.all(
    files.map(async ({ kind, content, extractedAt: at = extractedAt, ...file }, index) => {
      const entity = defaultEntities[kind];
      const name = `${entity.name}-${index}`;
      const path = join(directory, name);
      await writeFile(path, content);
      const dates = { startDate: '2026-09-01', endDate: '2026-09-14', ...file };
      return { job: { name, entity: entity.name, version: entity.version, ...dates }, path, extractedAt: at };
    }),
  );
}

/** Shapes files and gives what was kept, by name and as staging has it. */
export async function shape(files: readonly TestFile[]) {
  const kept = new Map<string, unknown>();
  const counts = new Map<string, number>();
  const shaped = await shapeFiles(
    await writeFiles(files),
    defaultEntities,
    async (name, content, rows) => {
      kept.set(name, JSON.parse(JSON.stringify(content)));
      counts.set(name, rows);
    },
    never,
  );
  return { ...shaped, kept, counts };
}
