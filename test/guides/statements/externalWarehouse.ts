import { shown, type Guide } from '../statement.js';

export const externalWarehouse: Guide = {
  number: 0,
  title: 'Exporting evaluation results to an external warehouse',
  about: 'A nightly export of scorecards into flat tables.',
  statements: [
    {
      id: '0.1',
      statement: 'Evaluations are found by polling with a high-water mark; nothing has to be subscribed to.',
      how: 'Every stream but `metrics`, both contracts: a schedule carries the mark from run to run.',
      shownBy: shown(
        'e2e/schedule.test.ts',
        'a schedule > begins at startFrom, then at the mark, and goes on after a failure where it stopped',
      ),
    },
    {
      id: '0.2',
      statement: 'A run at 01:00 in a configured time zone loads the whole of yesterday.',
      how: '`daily: { at: "01:00", timeZone }` with `safetyLag: 1h`, any stream. A late run covers what a punctual one would have. Also a day with 23 or 25 hours is loaded whole; in the night in which clocks go back Temporal starts one run more, which loads one hour of it before.',
      shownBy: [
        ...shown(
          'e2e/schedule.test.ts',
          'a schedule of one run a night > at 01:00 loads the whole of the day before, also when clocks change',
        ),
        ...shown(
          'workers/schedulePlans.test.ts',
          'schedules > run every so often, or once a day at a local time',
        ),
      ],
    },
    {
      id: '0.3',
      statement:
        'Conversations with finished evaluations are found by the details query with an evaluation filter, in pages of 100.',
      how: '`evaluations` with `discovery: conversation-details`, both contracts; spans beyond a week are asked for in parts of a week, and by the moment, not by the number, of what was read last, as conversations leave the filter meanwhile.',
      shownBy: [
        ...shown(
          'sources/guide/otherPages.test.ts',
          'evaluations by their conversations > are asked for a week at once, and in shorter parts where they are more than a page',
        ),
        ...shown(
          'sources/genesys/conversationDetails.test.ts',
          'evaluations by their conversations > are asked for a week at once, by the dimension that the vendor has',
          'evaluations by their conversations > are those of the simulated organisation',
        ),
        ...shown(
          'sources/guide/truth.test.ts',
          'evaluations > are found by their conversations, too: the finished ones of those that started in the window',
        ),
      ],
    },
    {
      id: '0.4',
      statement: 'The scorecard of each is read by the ids of conversation and evaluation.',
      how: '`evaluations`, both contracts; where lists bring the answers along, only what they left open.',
      shownBy: [
        ...shown(
          'e2e/firstExport.test.ts',
          'an export where search results carry no answers > reads each evaluation by id once, spends the allowance and not more, and is equal to the truth',
        ),
        ...shown(
          'sources/guide/evaluationPages.test.ts',
          'a read by id > is of the conversation, and brings along whether the score is final',
        ),
      ],
    },
    {
      id: '0.5',
      statement:
        'Aggregates tell how many evaluations there are: what is held is counted against them, and scores are never taken from them.',
      how: '`evaluations`, published; the reconciliation writes both counts. Only the intraday stream `metrics` shows means that the vendor worked out.',
      shownBy: shown(
        'e2e/reconcile.test.ts',
        'a reconciliation > finds everything where it should be after an export',
      ),
    },
    {
      id: '0.6',
      statement:
        'A scorecard becomes one flat row: evaluation, conversation, agent, evaluator, total, status, release.',
      how: 'Table `evaluations`; the same columns from both contracts.',
      shownBy: [
        ...shown(
          'e2e/firstExport.test.ts',
          'a first export of 5,300 evaluations > is equal to the truth, table by table',
        ),
        ...shown(
          'e2e/bothContracts.test.ts',
          'evaluations under both contracts > %s are the same, but for what the guide contract does not say',
        ),
        ...shown(
          'sources/guide/mapEvaluation.test.ts',
          'an evaluation > carries everything that the contract says',
        ),
      ],
    },
    {
      id: '0.7',
      statement: 'Scores of question groups can be had as one column each.',
      how: 'Table `evaluation_group_scores`, and `tidemark sql pivot --form` for a view with a column a group.',
      shownBy: shown(
        'warehouses/sql/pivot.test.ts',
        'the pivot of a form > has a column for each group of any version, named as the newest one names it',
      ),
    },
    {
      id: '0.8',
      statement: 'Rows are loaded in bulk.',
      how: 'Every warehouse: a batch is one load of files, whatever its size.',
      shownBy: shown('warehouses/contract/largeBatch.ts', 'loads and replaces 200,000 answers'),
    },
    {
      id: '0.9',
      statement:
        'No more than the allowance is asked for, whatever the concurrency, and what the answers say is left is heeded.',
      how: 'One budget a client id: 300 requests a minute until the answers say otherwise (`X-RateLimit-Remaining` under guide, `inin-ratelimit-*` under published).',
      shownBy: [
        ...shown(
          'e2e/firstExport.test.ts',
          'an export where search results carry no answers > reads each evaluation by id once, spends the allowance and not more, and is equal to the truth',
        ),
        ...shown(
          'sources/http/budgetGate.test.ts',
          'three workers on one client id use the allowance of real windows without a 429',
        ),
        ...shown('sources/http/vendorDialect.test.ts', 'limits %#'),
      ],
    },
    {
      id: '0.10',
      statement: 'Calibrations are kept in tables of their own and never count for an agent.',
      how: '`calibrations` (published), `calibration_evaluations` and `calibration_answers` (both). The guide contract does not say which calibration a scorecard belongs to.',
      shownBy: [
        ...shown(
          'e2e/bothContracts.test.ts',
          'evaluations under both contracts > %s are the same, but for what the guide contract does not say',
        ),
        ...shown(
          'e2e/firstExport.test.ts',
          'a first export of 5,300 evaluations > is equal to the truth, table by table',
        ),
        ...shown(
          'sources/genesys/mapEvaluation.test.ts',
          'an evaluation inside a calibration never reaches the tables of agents',
        ),
        ...shown(
          'sources/guide/mapEvaluation.test.ts',
          'an evaluation > in a calibration never counts for an agent',
        ),
      ],
    },
    {
      id: '0.11',
      statement: 'A new form version breaks no column: answers are rows, and the source’s JSON is kept.',
      how: 'Table `evaluation_answers`; column `raw`. Ids that stay over versions make trends (published; the guide contract has none for questions).',
      shownBy: [
        ...shown(
          'e2e/firstExport.test.ts',
          'a first export of 5,300 evaluations > is equal again after rescoring, reopening, late release, revision, deletion and a new form version',
        ),
        ...shown(
          'sources/guide/mapEvaluation.test.ts',
          'an evaluation > keeps the JSON as it came, unknown fields included',
        ),
        ...shown(
          'warehouses/sql/describeViews.ts',
          'views of ${name} > follow a question over versions of its form',
        ),
      ],
    },
    {
      id: '0.12',
      statement: 'Grants to read suffice, and the doctor says which.',
      how: '`tidemark doctor`: permissions (published) or scopes (guide) of each stream; wide read scopes count for what they open.',
      shownBy: [
        ...shown(
          'cli/connectionChecks.test.ts',
          'a client of the %s contract > that may do exactly what its streams need has nothing to mend',
        ),
        ...shown('sources/guide/diagnose.test.ts', 'a diagnosis > of scopes that are %s'),
      ],
    },
    {
      id: '0.13',
      statement:
        'Evaluations of older conversations, which this way of finding misses, are reported by the reconciliation.',
      how: '`evaluations` with `discovery: conversation-details`; the reconciliation looks by submission, and loads them.',
      shownBy: shown(
        'e2e/guideContract.test.ts',
        'evaluations found by their conversations > of yesterday leave out those of older conversations, which a reconciliation reports and repairs',
      ),
    },
    {
      id: '0.14',
      statement: 'The warehouse can be BigQuery, PostgreSQL, Snowflake, Redshift or Databricks.',
      how: 'BigQuery (tested on a server that speaks its protocol), PostgreSQL, DuckDB and directories are loaded. For Snowflake, Redshift and Databricks `tidemark sql` writes what loads them, checked by a parser and never run against the services.',
      shownBy: [
        ...shown('e2e/sqlDialects.test.ts', 'the parser of the dialect understands > every statement for %s'),
        ...shown(
          'warehouses/sql/describeBundle.ts',
          'the bundle for ${name} > brings everything, changes and deletions too, and nothing twice',
        ),
        ...shown(
          'e2e/sameEverywhere.test.ts',
          'the same batches make the same tables: a first load, then changes, deletions and republished forms',
        ),
      ],
    },
  ],
};
