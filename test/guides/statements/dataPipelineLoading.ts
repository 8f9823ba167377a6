/** Guide 1 from rows to the warehouse, and what can go wrong. */
import { shown, type Statement } from '../statement.js';

const kept = 'warehouses/contract/loadRules.ts';
const edges = 'e2e/edgeCases.test.ts';
const guideRun = 'e2e/guideContract.test.ts';
const first = 'e2e/firstExport.test.ts';

export const dataPipelineLoading: readonly Statement[] = [
  {
    id: '1.13',
    statement: 'A new column is added without anybody’s DDL, and recorded.',
    how: 'Every warehouse; table `schema_changes`. A new question needs none: it is a row.',
    shownBy: [
      ...shown(
        'warehouses/contract/schemaRules.ts',
        'the schema > gets a missing column back, nullable; rows loaded before have nothing in it',
        'a load > makes a column that went missing since the last one',
      ),
      ...shown(
        'warehouses/duckdbWarehouse.test.ts',
        'the schema > gets missing columns back, nullable, and keeps those it does not know',
      ),
    ],
  },
  {
    id: '1.14',
    statement: 'Staged files are counted and checked before anything is merged.',
    how: 'Every warehouse: counts, hashes, keys and owners; what breaks a promise is refused whole.',
    shownBy: shown(
      'warehouses/contract/refusedBatches.ts',
      'a batch that breaks a promise > is refused for a wrong count, a wrong hash, no Parquet, a missing file',
      'a batch that breaks a promise > is refused for duplicate keys, by name and example',
      'a batch that breaks a promise > is refused for parts without their owner',
    ),
  },
  {
    id: '1.15',
    statement: 'Answers are merged by evaluation and question.',
    how: 'Every warehouse; a copy that is older than the one that is held changes nothing.',
    shownBy: shown(kept, 'the stale guard > compares with a copy changed at 8 and read at 9'),
  },
  {
    id: '1.16',
    statement: 'Tables are partitioned by month, and the month of an evaluation never changes.',
    how: '`evaluation_month` is that of the conversation, not of the last change, so that a reopened evaluation stays in its partition.',
    shownBy: [
      ...shown(kept, 'parts > keeps the month of the first load, for the owner and for all parts ever'),
      ...shown(
        'warehouses/postgresWarehouse.test.ts',
        'tables > have a partition for each month that came, and none before',
      ),
      ...shown(
        'warehouses/bigqueryDetails.test.ts',
        'what is made > is partitioned by month, clustered by key, described and labelled; staged tables expire',
      ),
      ...shown(
        'warehouses/files.test.ts',
        'the directory > has one file for each month, named by the manifest with rows, bytes and hash',
      ),
    ],
  },
  {
    id: '1.17',
    statement: 'A load that fails leaves the warehouse as it was.',
    how: 'Every warehouse: one transaction a batch.',
    shownBy: [
      ...shown(
        'warehouses/interruptedLoads.test.ts',
        'a load that fails in the middle > leaves everything as it was, whatever it was writing, and succeeds when the cause is gone',
        'a load that fails in the middle > leaves everything as it was or all of it done when its process is killed',
      ),
      ...shown(
        'warehouses/contract/schemaRules.ts',
        'a load that is aborted > leaves everything as it was, or all of it done, and succeeds the next time',
      ),
    ],
  },
  {
    id: '1.18',
    statement: 'The same batch twice changes nothing.',
    how: 'Every stream and warehouse; the same span exported again, too.',
    shownBy: [
      ...shown(first, 'a first export of 5,300 evaluations > changes nothing when it is repeated'),
      ...shown(
        kept,
        'the same again > changes nothing for the same batch, even when its staged files are gone, and reports the first counts',
      ),
    ],
  },
  {
    id: '1.19',
    statement:
      'The template version is pinned to the evaluation; when weights change, those evaluations and no others are read again.',
    how: '`evaluations`, both contracts: `form_structure_hash` of the version a row was made with, compared by every run. `form_version` is the template’s `version` (guide) or the date of the version.',
    shownBy: [
      ...shown(
        edges,
        'edge cases > a version that changes in place is noticed by the next run, which reads its evaluations again and no others',
      ),
      ...shown(
        guideRun,
        'evaluations listed by their last change > are read again when their template is edited, and no others',
      ),
    ],
  },
  {
    id: '1.20',
    statement: 'A score that is being recalculated is held back and taken up by the next run.',
    how: '`evaluations`, both contracts; table `deferred_evaluations`. After a week it is loaded as it stands, and no view averages it until it is final.',
    shownBy: [
      ...shown(
        edges,
        'edge cases > guide 1, edge case 2: a score that is being calculated is held back and taken up by the next run',
      ),
      ...shown(
        guideRun,
        'evaluations listed by their last change > whose scores are being recalculated are held back, and taken up by the run after it',
      ),
    ],
  },
  {
    id: '1.21',
    statement: '`score_calculation_status` says how final a score is.',
    how: '`evaluations`, both contracts: from the recalculation status (guide) or the state of automated scoring (published).',
    shownBy: [
      ...shown(
        'sources/guide/mapEvaluation.test.ts',
        'an evaluation > whose recalculation is %s has a score that is %s',
      ),
      ...shown('sources/genesys/mapEvaluation.test.ts', 'automated scoring %o is %s'),
    ],
  },
  {
    id: '1.22',
    statement: 'Scores that changed without a new date are found by the daily reconciliation.',
    how: '`evaluations` and `assessments`, both contracts; it compares one by one and repairs.',
    shownBy: [
      ...shown(
        'e2e/reconcile.test.ts',
        'a reconciliation > guide 1, edge case 2: finds a score that was calculated anew without any date, and repairs it',
      ),
      ...shown(
        guideRun,
        'evaluations listed by their last change > that were scored anew without any date are found by the reconciliation, and repaired',
      ),
    ],
  },
  {
    id: '1.23',
    statement: 'Answers that a reopened evaluation no longer has are soft-deleted, and views leave them out.',
    how: 'Every warehouse: `is_deleted`, `deleted_at`; the views show current answers alone.',
    shownBy: [
      ...shown(
        edges,
        'edge cases > guide 1, edge case 3: a reopened evaluation keeps its id, and answers to questions it lost are soft-deleted',
      ),
      ...shown(kept, "parts > that the new version no longer has are soft-deleted, and nobody else's"),
      ...shown(
        'warehouses/sql/describeViews.ts',
        'views of ${name} > leave out answers that a newer version of their evaluation no longer has',
      ),
    ],
  },
  {
    id: '1.24',
    statement:
      'Windows of many records are read and loaded batch by batch, a batch being loaded while the next one is read.',
    how: 'Every stream: `pagesPerBatch`, `recordsPerWindow`.',
    shownBy: [
      ...shown(
        'replay/replay.test.ts',
        'recorded histories > show that a batch is loaded while the next is prepared and the one after it is read',
      ),
      ...shown(
        'model/windows.test.ts',
        'windows of a span > hold no more records than asked for, unless one day alone does',
      ),
    ],
  },
  {
    id: '1.25',
    statement: 'A 401 is no passing failure: it gets a new token, and never the same one again.',
    how: 'Every stream; a second 401 fails and says so.',
    shownBy: shown(
      'sources/http/apiClient.test.ts',
      '401 > signs in anew and repeats once, even what is not repeatable',
      '401 > twice is Unauthorized',
    ),
  },
  {
    id: '1.26',
    statement: 'A request has a time-out.',
    how: 'Every stream, sign-in included.',
    shownBy: shown(
      'sources/http/apiClient.test.ts',
      'a broken connection > a refused connection and a slow answer are UpstreamUnavailable',
    ),
  },
  {
    id: '1.27',
    statement: 'Points before weights are kept beside the weighted score.',
    how: '`evaluation_group_scores`: `total_score_unweighted`. The guide contract’s sum over all sections, `score`, is not asked for: it is theirs added up.',
    shownBy: shown(
      'sources/guide/mapEvaluation.test.ts',
      'the score > weighs points, and leaves out what was not scored',
    ),
  },
  {
    id: '1.28',
    statement: 'Earlier versions of an evaluation can be looked up.',
    how: 'Table `evaluation_history`: every version that was ever loaded, with its answers.',
    shownBy: [
      ...shown(kept, 'the stale guard > records every version in history, stale ones too'),
      ...shown(
        'warehouses/contract/versions.ts',
        'the history > has content that returns under the same change stamp again, and nothing twice',
      ),
      ...shown(
        first,
        'a first export of 5,300 evaluations > is equal again after rescoring, reopening, late release, revision, deletion and a new form version',
      ),
    ],
  },
  {
    id: '1.29',
    statement: 'Readers of the warehouse neither wait for a load nor see half of one.',
    how: 'PostgreSQL and directories; BigQuery merges in one transaction. A DuckDB file has one writer: other processes read it between loads.',
    shownBy: [
      ...shown(
        'warehouses/postgresWarehouse.test.ts',
        'loads > do not make readers wait, not even of tables that get a new partition',
      ),
      ...shown(
        'warehouses/files.test.ts',
        'readers during loads see one load by the manifest, and each month once by the folders',
      ),
      ...shown(
        'warehouses/takingTurns.test.ts',
        'taking turns > lets another process read the file between loads',
      ),
    ],
  },
];
