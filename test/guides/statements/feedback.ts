/** Guide 3 about feedback, divisions and other vendors. */
import { shown, type Statement } from '../statement.js';

const pages = 'sources/guide/otherPages.test.ts';
const truth = 'sources/guide/truth.test.ts';
const both = 'e2e/bothContracts.test.ts';
const guideRun = 'e2e/guideContract.test.ts';

export const feedback: readonly Statement[] = [
  {
    id: '3.11',
    statement: 'Feedback is read by change and by creation: an edited entry comes again.',
    how: '`feedback`: both dates under guide; published has coaching appointments, read by their dates, a limit that [decision 17](decisions/0017-coaching-by-dates.md) explains.',
    shownBy: [
      ...shown(
        guideRun,
        'feedback > that was edited or deleted after it was loaded comes again, and nothing is doubled',
      ),
      ...shown(
        truth,
        'feedback > edited later is in the window of its edit',
        'feedback > is all there, the deleted ones archived',
      ),
      ...shown(pages, 'feedback > is read by change, then by creation'),
      ...shown('sources/genesys/simulated.test.ts', 'feedback > shows an edit in the window of the edit'),
    ],
  },
  {
    id: '3.12',
    statement: 'Drafts are marked as such.',
    how: '`feedback.status`; `v_agent_feedback` leaves them out.',
    shownBy: [
      ...shown('sources/guide/mapOthers.test.ts', 'feedback > that is %s is archived: %s'),
      ...shown(
        'warehouses/sql/describeVoiceViews.ts',
        'views of what was said, in ${name} > unite feedback, coaching and comments',
      ),
    ],
  },
  {
    id: '3.13',
    statement: 'Deleted feedback is archived, or dropped where that is configured.',
    how: '`deleted: archive | drop`, both contracts: `is_archived`, or a tombstone for what was loaded before. There is no partition for archived entries: the column tells them apart.',
    shownBy: [
      ...shown(
        guideRun,
        'feedback > that was edited or deleted after it was loaded comes again, and nothing is doubled',
      ),
      ...shown(
        truth,
        'feedback > is all there, the deleted ones archived',
        'feedback > deleted, where it is not kept, is looked up and gone',
      ),
      ...shown(
        'sources/genesys/feedback.test.ts',
        'annotations > that are deleted are left out where the configuration says so, and those loaded before are gone',
      ),
    ],
  },
  {
    id: '3.14',
    statement: 'Page tokens are passed on as they came; a changed one is refused.',
    how: '`assessments`, `feedback`, guide.',
    shownBy: [
      ...shown(pages, 'assessments > of divisions %s are asked for so: %o'),
      ...shown('sources/guide/client.test.ts', 'an error > %i with %o says what and where'),
    ],
  },
  {
    id: '3.15',
    statement: 'Reading ends where there is no next token.',
    how: '`assessments`, `feedback`, guide; an empty page with a token is not the end.',
    shownBy: [
      ...shown(pages, 'assessments > of divisions %s are asked for so: %o'),
      ...shown(
        'sources/guide/cursor.test.ts',
        'cursors over lists > read every page of every list once, whatever the tokens are',
        'cursors over divisions > read every page of every division once, in pages of any size',
      ),
    ],
  },
  {
    id: '3.16',
    statement: 'Loading twice makes no duplicates.',
    how: 'Keyed by id, in every warehouse.',
    shownBy: [
      ...shown(
        guideRun,
        'feedback > that was edited or deleted after it was loaded comes again, and nothing is doubled',
      ),
      ...shown(
        'warehouses/contract/whatOthersSaid.ts',
        'surveys, feedback and conversations > are inserted, replaced as one with their answers, and not changed by an older copy',
        'surveys, feedback and conversations > change nothing when the same batch comes twice',
      ),
      ...shown(
        'warehouses/contract/loadRules.ts',
        'the same again > moves nothing but extracted_at for the same content in another batch',
      ),
    ],
  },
  {
    id: '3.17',
    statement: '429 waits as long as Retry-After says.',
    how: 'Every stream, both contracts; all who share the client id wait.',
    shownBy: [
      ...shown('sources/http/apiClient.test.ts', '429 > %j waits %i s'),
      ...shown('sources/guide/client.test.ts', 'an error > 429 says for how long'),
      ...shown(
        'sources/http/budgetGate.test.ts',
        'nothing is sent after a 429 before the time the vendor asked for',
      ),
      ...shown('e2e/faults.test.ts', 'faults of the vendor > %s is survived'),
    ],
  },
  {
    id: '3.18',
    statement:
      'Interaction id and external reference join with recordings and CRM, and with when they took place.',
    how: '`conversation_id` in every table; `conversations` (with `conversations: true`): external reference, begin, end, queue, agent, media.',
    shownBy: [
      ...shown(both, 'evaluations under both contracts > are about the same conversations'),
      ...shown(
        'sources/guide/mapOthers.test.ts',
        'feedback > is a row with everything that the contract says',
        'a conversation > is a row with everything that the contract says',
      ),
    ],
  },
  {
    id: '3.19',
    statement: 'Each division is read on its own.',
    how: '`assessments` (the default) and `feedback`, guide: `divisions: each`, all at once, or those that are named. Published is read at once, and the doctor and the audit name what is not granted.',
    shownBy: [
      ...shown(
        pages,
        'assessments > of divisions %s are asked for so: %o',
        'feedback > of divisions %s is asked for so: %o',
      ),
      ...shown(truth, 'feedback > of each division on its own is the same'),
      ...shown(guideRun, 'assessments > are read division by division, and hidden divisions are said aloud'),
    ],
  },
  {
    id: '3.20',
    statement: 'What `divisionId=all` shows is checked against the divisions one by one.',
    how: '`tidemark audit visibility`, daily: `evaluations`, `assessments`, `feedback`, guide. Published compares with the vendor’s own counts.',
    shownBy: [
      ...shown(
        'sources/guide/visibility.test.ts',
        'an audit of what is hidden > of %s counts each division, and all at once',
        'an audit of what is hidden > finds %s',
      ),
      ...shown(
        'workers/schedulePlans.test.ts',
        'schedules > of the %s contract for %s have an audit of what is hidden: %j',
      ),
      ...shown(
        'sources/genesys/visibility.test.ts',
        'an audit of the simulated organisation > shows a division that was revoked in between, and that it came back',
      ),
    ],
  },
  {
    id: '3.21',
    statement: 'An alert is raised when less than 95 percent is held.',
    how: '`evaluations` and `assessments`: `alerts.coverageBelow`, over all and for each division. What is held is compared with what the source shows, and with what somebody counts in the console: `tidemark reconcile --console-total`.',
    shownBy: shown(
      'e2e/reconcile.test.ts',
      'a reconciliation > guide 3, edge case 2: alerts when less than 95 % is held, and repairs it',
      'a reconciliation > guide 3, edge case 2: alerts also when less than 95 % of one division is held',
      'a reconciliation > guide 3, edge case 2: alerts when less than 95 % of what the console counts is held',
    ),
  },
  {
    id: '3.22',
    statement: 'Every row says when it was extracted.',
    how: '`extracted_at`, `loaded_at`, `batch_id` in every table that is loaded; `first_seen_at`, too, but in `evaluation_history`, `tombstones`, `absences` and `deferred_evaluations`.',
    shownBy: [
      ...shown('model/tables.test.ts', 'staged table %s > says which batch brought a row and when'),
      ...shown(
        'warehouses/contract/loadRules.ts',
        'the same again > moves nothing but extracted_at for the same content in another batch',
      ),
    ],
  },
  {
    id: '3.23',
    statement: 'What becomes invisible with a division is not taken for deleted.',
    how: '`evaluations` and `assessments`: when too much is absent at once, nothing is called deleted, and an alert says so.',
    shownBy: [
      ...shown(guideRun, 'assessments > of a division that was revoked are not called deleted'),
      ...shown('e2e/reconcile.test.ts', 'a reconciliation > does not take a lost division for deletions'),
    ],
  },
  {
    id: '3.24',
    statement: 'Comments of assessments, and texts, authors and tags of feedback are kept.',
    how: 'Columns `comments`, `content`, `author_id`, `tags`; `v_agent_feedback` unites them.',
    shownBy: [
      ...shown(
        'sources/guide/mapOthers.test.ts',
        'feedback > is a row with everything that the contract says',
      ),
      ...shown(
        both,
        'assessments > are the evaluations that were submitted, with the same answers and scores',
        'feedback > and coaching say the same to an agent',
      ),
    ],
  },
  {
    id: '3.25',
    statement: 'The same rows can be had as JSON.',
    how: '`warehouse: { kind: ndjson }`: a line a row.',
    shownBy: shown(
      'warehouses/files.test.ts',
      'other programs > read NDJSON line by line: JSON as values, moments to the microsecond, the month too',
    ),
  },
  {
    id: '3.26',
    statement: 'NICE CXone: sign-in at its own domain, with the scope `quality:read`.',
    how: '`vendor: cxone`, `api: guide`: `/oauth/token` at `apiUrl`, replaced 15 minutes early. A token has all that was granted; the doctor misses `quality:read` by name and warns of `quality:write`. The published contract signs in with an access key.',
    shownBy: shown(
      'sources/cxone/guide/truth.test.ts',
      'without the scope the sign-in works, and reading says which is missing',
    ),
  },
  {
    id: '3.27',
    statement: 'NICE CXone: assessments with `qualityScore`, normalized by the weights of their rubric.',
    how: '`assessments`: `total_score` and `normalized_score`; rubrics are read once each. Under `data-extraction` points carry their weights.',
    shownBy: [
      ...shown(
        'e2e/cxoneGuide.test.ts',
        'assessments of the guide contract > are read on where a killed worker stopped, and equal to the truth',
        'assessments of the guide contract > have the score of their rubric beside the one that the source states',
        'assessments of the guide contract > ask for each rubric once in a process',
      ),
      ...shown(
        'sources/cxone/guide/mapping.test.ts',
        'an assessment > is an evaluation with the raw score, and one of the weights of its rubric',
      ),
    ],
  },
  {
    id: '3.28',
    statement: 'NICE CXone: feedback, and what a later extraction no longer shows is marked as deleted.',
    how: '`feedback` with `api: guide`: only complete re-reads by creation count, and a 404 of a read by id makes the tombstone. NICE publishes no API for feedback, and `data-extraction` refuses the stream with that reason.',
    shownBy: [
      ...shown(
        'e2e/cxoneGuide.test.ts',
        'feedback of the guide contract > is equal to the truth',
        'feedback of the guide contract > that was edited comes with the next run, once',
        'feedback of the guide contract > that was deleted is looked up by the reconciliation, and its 404 makes a tombstone',
      ),
      ...shown(
        'workers/cxoneConfiguration.test.ts',
        'a connection to the Data Extraction API > with %s is told so',
      ),
    ],
  },
  {
    id: '3.29',
    statement: 'NICE CXone: extraction by site and queue in place of divisions.',
    how: '`sites`, `queues` of the streams; the audit of visibility counts what they leave out. `siteId` stands in `division_ids`, so that coverage and alerts go by it.',
    shownBy: [
      ...shown(
        'sources/cxone/guide/truth.test.ts',
        'assessments > of sites and queues are those of them, and the audit counts the rest',
      ),
      ...shown(
        'e2e/cxoneGuide.test.ts',
        'assessments of the guide contract > of a site that was revoked are not called deleted',
      ),
    ],
  },
];
