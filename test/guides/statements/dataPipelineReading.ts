/** Guide 1 until rows are staged. */
import { shown, type Statement } from '../statement.js';

const edges = 'e2e/edgeCases.test.ts';
const guideRun = 'e2e/guideContract.test.ts';
const first = 'e2e/firstExport.test.ts';

export const dataPipelineReading: readonly Statement[] = [
  {
    id: '1.1',
    statement: 'A token is had by client credentials in a form body.',
    how: '`api: guide` (`signIn: form`, its default). Published takes them by HTTP Basic, as the vendor documents. No scopes are asked for: a token has those that were granted, and the doctor compares them with what each stream needs.',
    shownBy: [
      ...shown(
        'sources/guide/client.test.ts',
        'the sign-in of the guide contract > as %s is at the origin of the API',
      ),
      ...shown('sources/guide/diagnose.test.ts', 'scopes that a stream needs > %o: %o'),
    ],
  },
  {
    id: '1.2',
    statement: 'A token is replaced 60 seconds early, once for all who wait.',
    how: 'Streams `evaluations`, `csat` and `divisions`; `tokenRefreshMargin` sets another time.',
    shownBy: [
      ...shown('workers/tokenMargins.test.ts', 'a token > of %s is replaced %i s before its end, with %j'),
      ...shown('sources/http/tokenSource.test.ts', 'many callers share one sign-in'),
    ],
  },
  {
    id: '1.3',
    statement:
      'Only requests that change nothing are repeated by the client; 429, 500, 502, 503 and 504 are waited out by the run.',
    how: 'Every stream. The client repeats once, after a broken connection; Temporal does the rest, with growing waits.',
    shownBy: [
      ...shown('e2e/faults.test.ts', 'faults of the vendor > %s is survived'),
      ...shown(
        'sources/http/apiClient.test.ts',
        'a broken connection > is tried once more when nothing can happen twice',
        'a broken connection > is never repeated when the request is not repeatable',
      ),
    ],
  },
  {
    id: '1.4',
    statement: 'Evaluations are listed by `dateModifiedRange` and `cursor`, 250 a page, without offsets.',
    how: '`evaluations`, guide. Published has no such list: Tidemark reads by submission and release and unites that with what analytics say happened.',
    shownBy: [
      ...shown(
        'sources/guide/evaluationPages.test.ts',
        'pages of evaluations > are asked for by a range without the end of the window, and by fields that rows are made of',
      ),
      ...shown(
        'sources/guide/truth.test.ts',
        'evaluations > are all there, with everything that is carried of %s',
      ),
    ],
  },
  {
    id: '1.5',
    statement: 'Only the fields that are used are asked for.',
    how: '`evaluations`, guide.',
    shownBy: shown(
      'sources/guide/evaluationPages.test.ts',
      'pages of evaluations > are asked for by a range without the end of the window, and by fields that rows are made of',
    ),
  },
  {
    id: '1.6',
    statement: 'A page with fewer records than asked for is not the end.',
    how: '`evaluations`, guide: only the absence of the next cursor is.',
    shownBy: [
      ...shown(
        'sources/guide/evaluationPages.test.ts',
        'pages of evaluations > are read until there is no next one: %s',
      ),
      ...shown(
        'sources/guide/truth.test.ts',
        'evaluations > are all there, with everything that is carried of %s',
      ),
    ],
  },
  {
    id: '1.7',
    statement: 'The cursor is durable: a run that fails or is killed goes on at its page.',
    how: 'Every stream: pages are in staging, positions in the workflow.',
    shownBy: [
      ...shown(
        guideRun,
        'evaluations listed by their last change > are read on at the page where a killed worker stopped',
      ),
      ...shown(
        'e2e/kills.test.ts',
        'a worker killed in the middle > in extraction, normalizing and loading: equal to the truth, at most one page repeated for each kill',
      ),
    ],
  },
  {
    id: '1.8',
    statement: 'What was reopened or rescored after it was loaded comes again.',
    how: '`evaluations`, both contracts.',
    shownBy: [
      ...shown(
        first,
        'a first export of 5,300 evaluations > is equal again after rescoring, reopening, late release, revision, deletion and a new form version',
      ),
      ...shown(
        guideRun,
        'evaluations listed by their last change > that were reopened come again, and answers that they lost are soft-deleted',
      ),
    ],
  },
  {
    id: '1.9',
    statement: 'Templates are read with each batch, and their names stand in the rows.',
    how: '`evaluations`, both contracts: tables `forms`, `form_questions`, `form_answer_options`.',
    shownBy: [
      ...shown(
        edges,
        'edge cases > guide 1, edge case 1 and guide 3, edge case 1: a form is republished during a long extraction',
      ),
      ...shown('sources/guide/truth.test.ts', 'evaluations > have templates with their %s'),
      ...shown(
        'sources/guide/evaluationPages.test.ts',
        'templates > are read one after the other; unknown ones are not in the answer',
      ),
    ],
  },
  {
    id: '1.10',
    statement:
      'Sections and items become one row a question, with section, weight, text, score, maximum and answer.',
    how: 'Table `evaluation_answers`, both contracts.',
    shownBy: [
      ...shown(
        'e2e/bothContracts.test.ts',
        'evaluations under both contracts > %s are the same, but for what the guide contract does not say',
      ),
      ...shown(
        'sources/guide/mapEvaluation.test.ts',
        'an answer > is that of the evaluation, with type, option and place of the template',
      ),
    ],
  },
  {
    id: '1.11',
    statement: 'An evaluation without sections keeps its row.',
    how: 'Both contracts: pending ones and those that a machine scored.',
    shownBy: [
      ...shown(
        'sources/guide/mapEvaluation.test.ts',
        'an evaluation > without sections has its row all the same',
      ),
      ...shown(
        'sources/genesys/mapEvaluation.test.ts',
        'a pending evaluation has no answers and no score',
        'an automated evaluation has no evaluator',
      ),
    ],
  },
  {
    id: '1.12',
    statement: 'Parquet lies between source and warehouse.',
    how: 'Every stream and warehouse: staging holds the canonical rows as Parquet.',
    shownBy: [
      ...shown(
        'staging/parquetWriter.test.ts',
        'the Parquet writer > writes every table with exactly the staged columns in registry order',
      ),
      ...shown(
        'warehouses/contract/refusedBatches.ts',
        'a batch that breaks a promise > is refused for a wrong count, a wrong hash, no Parquet, a missing file',
      ),
    ],
  },
];
