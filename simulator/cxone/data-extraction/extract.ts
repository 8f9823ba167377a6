/** What a job extracts: everything submitted in its days that its user may see. */
import type { Readable } from 'node:stream';
import type { Span } from '../../common/instants.js';
import { isShown } from '../../common/shown.js';
import type { EvaluationState, Organisation, Viewer } from '../../organisation/organisation.js';
import { formNumber } from '../formNumber.js';
import { csvFile } from './csvFile.js';
import type { JobRequest } from './jobRequest.js';
import { questionColumns, type QuestionRow } from './questionColumns.js';
import type { ExtractionSettings } from './settings.js';
import { answeredQuestions, workflowOf, type Workflow } from './workflow.js';
import { workflowColumns } from './workflowColumns.js';

/** The file of a job, as the organisation was at an instant. */
export function extract(
  organisation: Organisation,
  { entityName, version, span }: JobRequest,
  viewer: Viewer,
  asOf: number,
  settings: ExtractionSettings,
): Readable {
  const workflows = workflowsSubmitted(organisation, span, viewer, asOf);
  if (entityName === 'qm-questions') return csvFile(questionColumns, questionRows(workflows), settings);
  const columns = workflowColumns[version];
  if (columns === undefined) throw new RangeError(`there is no version ${version} of ${entityName}`);
  return csvFile(columns, workflows, settings);
}

/** Workflows of those days, in no order; who lacks one of a workflow's divisions does not see it. */
export function* workflowsSubmitted(
  organisation: Organisation,
  { from, to }: Span,
  viewer: Viewer,
  asOf?: number,
): Generator<Workflow> {
  const numbers = formNumbers(organisation);
  for (const submission of organisation.submissions(from, to, asOf)) {
    if (isShown(submission.state, viewer)) yield workflowOf(submission, numbers);
  }
}

/** Deleted workflows have no questions any more. */
function* questionRows(workflows: Iterable<Workflow>): Generator<QuestionRow> {
  for (const workflow of workflows) {
    if (workflow.status === 'Deleted') continue;
    for (const answered of answeredQuestions(workflow)) yield { ...answered, workflow };
  }
}

/** Forms are few and workflows are many: each is counted once. */
function formNumbers(organisation: Organisation): (state: EvaluationState) => number {
  const known = new Map<string, number>();
  return ({ form }) => {
    const number = known.get(form.id) ?? formNumber(form, organisation);
    known.set(form.id, number);
    return number;
  };
}
