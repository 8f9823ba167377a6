/** Columns of the files, by docs/contracts/cxone-data-extraction.md. Headers are spelled in several ways. Pure. */
import { TidemarkError } from '../../../model/errors.js';

/** What a file is of. */
export type EntityKind = 'workflows' | 'questions';

/** Name and version of an entity as jobs ask for it: both move. */
export interface Entity {
  name: string;
  version: string;
}

export type Entities = Readonly<Record<EntityKind, Entity>>;

export const defaultEntities: Entities = {
  workflows: { name: 'qm-workflows', version: '4' },
  questions: { name: 'qm-questions', version: '1' },
};

/** One row: texts by header as it came, without those that are empty. */
export type CsvRow = Readonly<Record<string, string>>;

/** Spellings of one header have this in common. */
export const normalHeader = (header: string): string => header.toLowerCase().replace(/[^a-z0-9%]/gu, '');

interface Columns {
  required: readonly string[];
  known: readonly string[];
}

const shared = [
  ...['Agent ID', 'FirstName (Agent)', 'LastName (Agent)', 'FirstName (Eva)', 'LastName (Eva)'],
  ...['Team ID', 'Team Name', 'Segment ID', 'Interaction Start Date', 'Interaction End Date'],
  ...['Form Name', 'Form Version', 'Failed Critical Question'],
];

const columns: Record<EntityKind, Columns> = {
  workflows: {
    required: ['Workflow ID', 'Type', 'Workflow Status', 'Submission Date'],
    known: [
      ...shared,
      ...['Workflow State', 'Start Date', 'Last Updated', 'ACD ID', 'Interaction Type'],
      ...['Score Percentage', 'Score', 'Maximum Possible Score', 'Interaction Direction', 'Rank'],
      ...['User Review Comments', 'Dispute Resolver Comments', 'Tenant Name', 'Plan Name'],
      ...['Evaluation Flow Trigger', 'Auto Acknowledged', 'Phone Number', 'FirstName (Disp)'],
      ...['LastName (Disp)', 'FirstName (Assigner)', 'LastName (Assigner)'],
    ],
  },
  questions: {
    required: ['Workflow Instance ID', 'Question ID'],
    known: [
      ...shared,
      ...['Workflow Type', 'Form ID', 'Section ID', 'Section Title', 'Section Score %', 'Bank ID'],
      ...['Question Number', 'Question Title', 'Question Type', 'Options', 'Answer', 'Actual Score'],
      ...['Max Score', 'Critical', 'Mandatory', 'Scorable', 'Evaluation Score %'],
      ...['Evaluation Start Date', 'Evaluation Submission Date'],
    ],
  },
};

const documented = new Map(
  Object.values(columns)
    .flatMap(({ required, known }) => [...required, ...known])
    .map((column) => [normalHeader(column), column]),
);

/** A column as it is documented, by what its spellings have in common. */
export const columnNamed = (header: string): string => documented.get(header) ?? header;

/** What joins a question to its workflow. */
const workflowIdHeader: Record<EntityKind, string> = {
  workflows: 'workflowid',
  questions: 'workflowinstanceid',
};

export interface HeaderRow {
  /** Headers as they came, those that came before with a number: `Note`, `Note (2)`. */
  headers: string[];
  /** Place of the column that says which workflow a row is about, from 0. */
  workflowIdAt: number;
  /** Those that the contract does not have. */
  unknown: string[];
}

/**
 * Checks the header row of a file. `file` names it in messages.
 * @throws TidemarkError SchemaMismatch for a required column that is missing, or a known one that is there twice
 */
export function checkHeaders(kind: EntityKind, headers: readonly string[], file: string): HeaderRow {
  const { required, known } = columns[kind];
  const there = headers.map(normalHeader);
  const missing = required.find((column) => !there.includes(normalHeader(column)));
  if (missing !== undefined) {
    throw wrong(file, `has no column "${missing}"; it has ${listed(headers)}`);
  }
  const names = new Set([...required, ...known].map(normalHeader));
  const twice = there.findIndex((name, index) => names.has(name) && there.indexOf(name) !== index);
  if (twice !== -1) throw wrong(file, `has the column "${headers[twice] ?? ''}" twice`);
  const told = toldApart(headers);
  return {
    headers: told,
    workflowIdAt: there.indexOf(workflowIdHeader[kind]),
    unknown: told.filter((_, index) => !names.has(there[index] ?? '')),
  };
}

/** So that none of several columns of one name takes the place of another in a row. */
function toldApart(headers: readonly string[]): string[] {
  const told = new Set(headers);
  const seen = new Set<string>();
  return headers.map((header) => {
    let name = header;
    for (let number = 2; seen.has(name) || (name !== header && told.has(name)); number += 1) {
      name = `${header} (${number})`;
    }
    seen.add(name);
    return name;
  });
}

const wrong = (file: string, problem: string) =>
  new TidemarkError('SchemaMismatch', `The file ${file} ${problem}.`, {
    remedy:
      'Check name and version of the entity in the settings of the stream: NICE has changed its format.',
  });

const longest = 600;

function listed(headers: readonly string[]): string {
  const text = headers.map((header) => `"${header}"`).join(', ');
  return text.length > longest ? `${text.slice(0, longest)}…` : text || 'none';
}
