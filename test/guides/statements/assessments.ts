/** Guide 3 about assessments and their scores. */
import { shown, type Statement } from '../statement.js';

const pages = 'sources/guide/otherPages.test.ts';
const truth = 'sources/guide/truth.test.ts';
const mapped = 'sources/guide/mapAssessment.test.ts';
const both = 'e2e/bothContracts.test.ts';

export const assessments: readonly Statement[] = [
  {
    id: '3.1',
    statement: 'A token is had by client credentials in a JSON body; a refresh token is not needed.',
    how: '`api: guide`, `signIn: json`.',
    shownBy: [
      ...shown(
        'sources/guide/client.test.ts',
        'the sign-in of the guide contract > as %s is at the origin of the API',
      ),
      ...shown(
        both,
        'assessments > are the evaluations that were submitted, with the same answers and scores',
      ),
    ],
  },
  {
    id: '3.2',
    statement: 'A token is replaced 15 minutes early; a 401 gets one new token and one repeat.',
    how: '`assessments` and `feedback`.',
    shownBy: [
      ...shown('workers/tokenMargins.test.ts', 'a token > of %s is replaced %i s before its end, with %j'),
      ...shown('sources/guide/client.test.ts', 'an error > 401 is answered with one new token'),
    ],
  },
  {
    id: '3.3',
    statement: 'Scopes that write or are broader than reading are reported.',
    how: '`tidemark doctor`: `…:write`, `…:edit`, `…:delete`, `…:all`.',
    shownBy: [
      ...shown('sources/guide/diagnose.test.ts', 'a diagnosis > of scopes that are %s'),
      ...shown(
        'cli/connectionChecks.test.ts',
        'a client of the %s contract > that may do more is told what to take away',
      ),
    ],
  },
  {
    id: '3.4',
    statement: 'Assessments are listed by span, division and token, 500 a page.',
    how: '`assessments`, guide. Of every status: those in work are rows with their status, `submitted` is `FINISHED`. Published has evaluations alone.',
    shownBy: [
      ...shown(
        pages,
        'assessments > of divisions %s are asked for so: %o',
        'assessments > are asked for without their status, in pages as large as may be',
      ),
      ...shown(mapped, 'an assessment > of status %s is %s'),
    ],
  },
  {
    id: '3.5',
    statement: 'The raw score and a normalized one are both kept.',
    how: '`evaluations`: `total_score`, `normalized_score`; `score_parity` compares them. Both contracts.',
    shownBy: [
      ...shown(mapped, 'an assessment > is an evaluation with the raw score, and one of the pinned weights'),
      ...shown(
        'sources/genesys/mapEvaluation.test.ts',
        "a finished evaluation > keeps the source's score beside the recomputed one",
      ),
    ],
  },
  {
    id: '3.6',
    statement:
      '`normalized_score` is 100 × Σ(score × weight) / Σ(maximum × weight), with the weights of the pinned version.',
    how: 'Both contracts; what was not applicable is left out.',
    shownBy: [
      ...shown(
        truth,
        'assessments > of divisions %s are all evaluations, scored by the weights of their form versions',
      ),
      ...shown(
        'sources/guide/mapEvaluation.test.ts',
        'the score > weighs points, and leaves out what was not scored',
      ),
      ...shown('e2e/firstExport.test.ts', 'a first export of 5,300 evaluations > recomputes every score'),
    ],
  },
  {
    id: '3.7',
    statement: 'Weights are cached by form version.',
    how: '`assessments`, guide: a form version never changes.',
    shownBy: shown(pages, 'assessments > have form versions that are read once'),
  },
  {
    id: '3.8',
    statement: 'The form version stands in every row of evaluations and answers.',
    how: 'Column `form_id`, to group by; BigQuery clusters by it. Tables are partitioned by month, not by form version.',
    shownBy: [
      ...shown(
        both,
        'assessments > are the evaluations that were submitted, with the same answers and scores',
      ),
      ...shown(
        'warehouses/sql/describeViews.ts',
        'views of ${name} > say which form versions evaluations were made with',
      ),
    ],
  },
  {
    id: '3.9',
    statement:
      '`score_version_locked` marks rows whose score was worked out with the weights of their version.',
    how: '`evaluations`, both contracts; scores with the same `form_id` compare.',
    shownBy: [
      ...shown(
        both,
        'assessments > are the evaluations that were submitted, with the same answers and scores',
      ),
      ...shown(mapped, 'an assessment > %s'),
    ],
  },
  {
    id: '3.10',
    statement: 'Trends are drawn over cohorts that a new form version does not shift.',
    how: '`v_form_version_trend` is of one form version each, and averages normalized scores that are locked to it; `v_question_trend` follows a question over versions, in percent of its own maximum. `v_agent_scorecard_monthly` is by form and says how many versions it mixes.',
    shownBy: shown(
      'warehouses/sql/describeViews.ts',
      'views of ${name} > follow each version of a form on its own',
      'views of ${name} > follow a question over versions of its form',
      'views of ${name} > sum up agents by month and form',
    ),
  },
];
