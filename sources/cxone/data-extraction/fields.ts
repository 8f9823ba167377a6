/** What the texts of a row mean. Pure. */
import { DateTime } from 'luxon';
import { z, type ZodType } from 'zod';
import { TidemarkError } from '../../../model/errors.js';
import { shorten } from '../../http/answerBody.js';
import { columnNamed, normalHeader, type CsvRow } from './columns.js';

/** A row by what spellings of its headers have in common. Texts are without blanks around them, and more than blanks. */
export type NormalRow = Readonly<Record<string, string>>;

const normalHeaders = new Map<string, string>();

/** Headers are few and rows are many: each is made normal once. */
function normal(header: string): string {
  let name = normalHeaders.get(header);
  if (name === undefined) {
    name = normalHeader(header);
    normalHeaders.set(header, name);
  }
  return name;
}

export function normalRow(row: CsvRow): NormalRow {
  const texts: Record<string, string> = {};
  for (const [header, padded] of Object.entries(row)) {
    const text = padded.trim();
    if (text !== '') texts[normal(header)] ??= text;
  }
  return texts;
}

/** ISO 8601 UTC with milliseconds; null for what is no time. Without an offset it counts as UTC. */
export function momentIn(text: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}(?:$|[T ])/u.test(text)) return null;
  const moment = DateTime.fromISO(text.replace(' ', 'T').replace(' ', ''), { zone: 'utc' });
  // Warehouses take four digits.
  return moment.isValid && moment.year >= 1 && moment.year <= 9_999 ? moment.toUTC().toISO() : null;
}

const truths: Readonly<Record<string, boolean>> = { true: true, yes: true, false: false, no: false };

function read<T>(what: string, reading: (text: string) => T | null) {
  return z.string().transform((text, context): T => {
    const value = reading(text.trim());
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: `is no ${what}` });
    return z.NEVER;
  });
}

const moment = read('time', momentIn).optional();
const truth = read('truth', (text) => truths[text.toLowerCase()] ?? null).optional();
const number = read('number', (text) =>
  /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/iu.test(text) ? Number(text) : null,
).optional();
const text = z.string().optional();
const id = z.string().min(1);

/** What a workflow is; the begin of its type decides. */
export type WorkflowType = 'evaluation' | 'self-assessment' | 'calibration';

const typeBegins: readonly (readonly [begin: string, type: WorkflowType])[] = [
  ['evaluat', 'evaluation'],
  ['self', 'self-assessment'],
  ['calib', 'calibration'],
];

const workflowType = read(
  'type of a workflow',
  (type) => typeBegins.find(([begin]) => normalHeader(type).startsWith(begin))?.[1] ?? null,
);

const workflowSchema = z.object({
  workflowid: id,
  type: workflowType,
  workflowstatus: id,
  workflowstate: text,
  submissiondate: moment,
  startdate: moment,
  lastupdated: moment,
  scorepercentage: number,
  maximumpossiblescore: number,
  failedcriticalquestion: truth,
  formname: text,
  formversion: text,
  agentid: text,
  firstnameagent: text,
  lastnameagent: text,
  teamid: text,
  firstnameeva: text,
  lastnameeva: text,
  segmentid: text,
  acdid: text,
  interactiontype: text,
  interactionstartdate: moment,
  interactionenddate: moment,
  userreviewcomments: text,
});

const questionSchema = z.object({
  questionid: id,
  sectionid: text,
  sectiontitle: text,
  questiontitle: text,
  questiontype: text,
  answer: text,
  actualscore: number,
  maxscore: number,
  critical: truth,
  failedcriticalquestion: truth,
  scorable: truth,
});

export type Workflow = z.output<typeof workflowSchema>;
export type Question = z.output<typeof questionSchema>;

/** @throws TidemarkError SchemaMismatch naming the workflow, the column and what was there */
export const parseWorkflow = (row: NormalRow): Workflow =>
  parse(workflowSchema, row, () => `workflow ${row['workflowid'] ?? 'without id'}`);

/**
 * @param owner what it is a question of, for messages
 * @throws TidemarkError SchemaMismatch naming the question, the column and what was there
 */
export const parseQuestion = (row: NormalRow, owner: string): Question =>
  parse(questionSchema, row, () => `question ${row['questionid'] ?? 'without id'} of ${owner}`);

const questionColumns: Readonly<Record<string, ZodType>> = questionSchema.shape;

/** Whether a column of a question may read so. */
export const isQuestionText = (column: string, said: string): boolean =>
  questionColumns[column]?.safeParse(said).success ?? true;

function parse<T>(schema: ZodType<T>, row: NormalRow, what: () => string): T {
  const parsed = schema.safeParse(row);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const column = String(issue?.path[0] ?? '');
  throw new TidemarkError(
    'SchemaMismatch',
    `${what()} has ${shorten(row[column])} in column "${columnNamed(column)}": ${issue?.message ?? 'not what is documented'}.`,
    { remedy: 'NICE sent what it does not document; the rows are kept in staging.' },
  );
}

/** The latest of when it was changed and submitted; an edit moves the one, perhaps not the other. */
export function changeStampOf({ lastupdated, submissiondate, startdate }: Workflow): string {
  const stamps = [lastupdated, submissiondate].filter((stamp) => stamp !== undefined).sort();
  return stamps.at(-1) ?? startdate ?? new Date(0).toISOString();
}

/** What was an evaluation and is none any more. */
const deleted = new Set(['deleted', 'deletedexpired', 'replaced']);

export const isDeleted = (status: string): boolean => deleted.has(normalHeader(status));
