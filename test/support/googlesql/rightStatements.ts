/** What the gate is judged by: statements that BigQuery accepts. */

export const rightStatements: readonly [name: string, sql: string][] = [
  ['a project in a name', 'SELECT score FROM `test.qm.answers`'],
  [
    'a window function',
    'SELECT ROW_NUMBER() OVER (PARTITION BY evaluation_id ORDER BY changed_at DESC) FROM qm.answers',
  ],
  [
    'QUALIFY',
    'SELECT evaluation_id FROM qm.answers WHERE TRUE QUALIFY ROW_NUMBER() OVER (PARTITION BY evaluation_id ORDER BY score DESC) = 1',
  ],
  ['PARSE_JSON', "SELECT PARSE_JSON(raw, wide_number_mode=>'round') FROM qm.staged_answers"],
  [
    'TO_JSON_STRING and JSON_VALUE',
    "SELECT TO_JSON_STRING(raw), JSON_VALUE(raw, '$.comment') FROM qm.answers",
  ],
  ['literals of days and moments', "SELECT DATE '2026-01-01', TIMESTAMP '2026-01-01T00:00:00.123456Z'"],
  [
    'months as DATE_TRUNC',
    'SELECT DATE_TRUNC(evaluation_month, MONTH), COUNT(*), SUM(score) FROM qm.answers GROUP BY 1',
  ],
  [
    'aggregates of texts and conditions',
    "SELECT STRING_AGG(question_id, ','), COUNTIF(is_deleted), LOGICAL_OR(is_deleted) FROM qm.answers",
  ],
  [
    'a common table expression',
    'WITH chosen AS (SELECT evaluation_id FROM qm.answers) SELECT COUNT(DISTINCT evaluation_id) FROM chosen',
  ],
  [
    'a correlated NOT EXISTS',
    'SELECT T.score FROM qm.answers T WHERE NOT EXISTS (SELECT 1 FROM qm.staged_answers S WHERE S.evaluation_id = T.evaluation_id)',
  ],
  [
    'a comparison that knows NULL',
    'SELECT 1 FROM qm.answers A JOIN qm.staged_answers S ON A.evaluation_id = S.evaluation_id WHERE A.score IS DISTINCT FROM S.score',
  ],
  [
    'the columns of two tables but some',
    'SELECT S.* EXCEPT (raw), PARSE_JSON(S.raw) AS raw FROM qm.staged_answers S',
  ],
  [
    'INSERT of values',
    "INSERT INTO qm.evaluations (evaluation_id, released_at) VALUES ('e', CURRENT_TIMESTAMP()), ('f', NULL)",
  ],
  [
    'INSERT of a query',
    'INSERT INTO qm.evaluations (evaluation_id) SELECT DISTINCT evaluation_id FROM qm.staged_answers',
  ],
  [
    'UPDATE',
    'UPDATE qm.answers SET is_deleted = TRUE WHERE evaluation_id IN (SELECT evaluation_id FROM qm.evaluations)',
  ],
  [
    'MERGE',
    `MERGE qm.answers T USING qm.staged_answers S
     ON T.evaluation_id = S.evaluation_id AND T.question_id = S.question_id AND T.evaluation_month IN (DATE '2026-01-01')
     WHEN MATCHED AND S.changed_at >= T.changed_at THEN UPDATE SET score = S.score, raw = PARSE_JSON(S.raw)
     WHEN NOT MATCHED THEN INSERT (evaluation_id, question_id, evaluation_month) VALUES (S.evaluation_id, S.question_id, S.evaluation_month)`,
  ],
  [
    'CREATE TABLE with partitions',
    'CREATE TABLE IF NOT EXISTS qm.made (evaluation_id STRING NOT NULL, evaluation_month DATE) PARTITION BY evaluation_month CLUSTER BY evaluation_id',
  ],
  ['a column added', 'ALTER TABLE qm.evaluations ADD COLUMN IF NOT EXISTS form_id STRING'],
  [
    'a view',
    'CREATE OR REPLACE VIEW qm.scores AS SELECT evaluation_id, AVG(score) AS score FROM qm.answers WHERE NOT is_deleted GROUP BY evaluation_id',
  ],
  [
    'a temporary table that the script uses',
    'CREATE TEMP TABLE chosen AS SELECT evaluation_id FROM qm.answers; SELECT COUNT(*) FROM chosen;',
  ],
  [
    'a script with assertions and a transaction',
    `ASSERT (SELECT COUNT(*) FROM qm.staged_answers) = 3 AS 'rows are missing';
     ASSERT NOT EXISTS (SELECT 1 FROM qm.staged_answers GROUP BY evaluation_id, question_id HAVING COUNT(*) > 1) AS 'keys are not unique';
     BEGIN TRANSACTION;
     DELETE FROM qm.answers WHERE evaluation_id IN (SELECT evaluation_id FROM qm.staged_answers);
     INSERT INTO qm.answers (evaluation_id, raw) SELECT evaluation_id, PARSE_JSON(raw) FROM qm.staged_answers;
     COMMIT TRANSACTION;`,
  ],
  [
    'MERGE from a query',
    `MERGE qm.answers T USING (SELECT * FROM qm.staged_answers WHERE NOT is_deleted) S
     ON T.evaluation_id = S.evaluation_id WHEN MATCHED THEN UPDATE SET score = S.score`,
  ],
  [
    'a script that merges from a query on its own temporary table',
    `BEGIN TRANSACTION;
     CREATE TEMP TABLE chosen AS SELECT evaluation_id, 'a;b' AS label FROM qm.staged_answers;
     MERGE qm.answers T USING (SELECT * FROM chosen WHERE label = 'a;b') S
     ON T.evaluation_id = S.evaluation_id WHEN MATCHED THEN DELETE;
     CREATE TEMP TABLE others AS SELECT label AS other FROM chosen;
     INSERT INTO qm.evaluations (evaluation_id) SELECT other FROM others;
     COMMIT TRANSACTION;`,
  ],
];
