/** What the gate is judged by: tables, statements that BigQuery refuses, and statements that it accepts. */
import type { AnalyzedTable } from './analyzer.js';

const answers = {
  evaluation_id: 'STRING',
  question_id: 'STRING',
  evaluation_month: 'DATE',
  changed_at: 'TIMESTAMP',
  score: 'FLOAT64',
  position: 'INT64',
  is_deleted: 'BOOL',
} as const;

const table = (name: string, columns: Readonly<Record<string, string>>): AnalyzedTable => ({
  dataset: 'qm',
  table: name,
  fields: Object.entries(columns).map(([column, type]) => ({ name: column, type, mode: 'NULLABLE' })),
});

export const gateTables: readonly AnalyzedTable[] = [
  table('evaluations', { evaluation_id: 'STRING', agent_id: 'STRING', released_at: 'TIMESTAMP' }),
  table('answers', { ...answers, raw: 'JSON' }),
  table('staged_answers', { ...answers, raw: 'STRING' }),
];

/** Statements that BigQuery refuses, each with what its analyzer must name as the reason. */
export const wrongStatements: readonly [name: string, sql: string, reason: RegExp][] = [
  // Names
  ['a misspelled column', 'SELECT evaluation_idd FROM qm.answers', /Unrecognized name: evaluation_idd/],
  ['a misspelled column of an alias', 'SELECT T.scor FROM qm.answers T', /scor not found inside T/],
  ['a misspelled table', 'SELECT 1 FROM qm.answerz', /answerz/],
  ['a dataset that is not there', 'SELECT 1 FROM qn.answers', /qn\.answers/],
  ['an alias that is not there', 'SELECT X.score FROM qm.answers T', /Unrecognized name: X/],
  [
    'a column that both sides have',
    'SELECT score FROM qm.answers A JOIN qm.answers B ON A.score = B.score',
    /ambiguous/,
  ],
  [
    'a column beyond its subquery',
    'SELECT score FROM (SELECT position FROM qm.answers)',
    /Unrecognized name: score/,
  ],
  [
    'an alias in WHERE',
    'SELECT score * 2 AS doubled FROM qm.answers WHERE doubled > 1',
    /Unrecognized name: doubled/,
  ],
  // Types
  [
    'a text compared with a number',
    'SELECT 1 FROM qm.answers WHERE evaluation_id = 1',
    /No matching signature/,
  ],
  [
    'a moment compared with a day',
    'SELECT 1 FROM qm.answers WHERE changed_at = evaluation_month',
    /No matching signature/,
  ],
  ['a text added to a number', 'SELECT score + question_id FROM qm.answers', /No matching signature/],
  [
    'a number as a condition',
    'SELECT 1 FROM qm.answers WHERE position',
    /WHERE clause should return type BOOL/,
  ],
  ['JSON compared with text', "SELECT 1 FROM qm.answers WHERE raw = '{}'", /./],
  [
    'text where a set holds JSON',
    'SELECT raw FROM qm.answers UNION ALL SELECT raw FROM qm.staged_answers',
    /incompatible types/,
  ],
  ['a day that does not exist', "SELECT DATE '2026-02-30'", /Invalid DATE/i],
  ['a cast that cannot be', 'SELECT CAST(is_deleted AS DATE) FROM qm.answers', /Invalid cast/],
  ['a type of another dialect', 'SELECT CAST(score AS DOUBLE PRECISION) FROM qm.answers', /./],
  ['a CASE of two types', "SELECT CASE WHEN is_deleted THEN score ELSE 'none' END FROM qm.answers", /./],
  // Grouping
  [
    'a column that is not grouped',
    'SELECT evaluation_id, question_id, COUNT(*) FROM qm.answers GROUP BY evaluation_id',
    /question_id.*neither grouped nor aggregated/,
  ],
  ['no GROUP BY', 'SELECT evaluation_id, COUNT(*) FROM qm.answers', /neither grouped nor aggregated/],
  ['an aggregate in WHERE', 'SELECT 1 FROM qm.answers WHERE COUNT(*) > 1', /Aggregate function/],
  ['groups by JSON', 'SELECT raw, COUNT(*) FROM qm.answers GROUP BY raw', /type JSON/],
  ['distinct JSON', 'SELECT DISTINCT raw FROM qm.answers', /JSON/],
  ['order by JSON', 'SELECT raw FROM qm.answers ORDER BY raw', /JSON/],
  [
    'a window function in WHERE',
    'SELECT 1 FROM qm.answers WHERE ROW_NUMBER() OVER (ORDER BY score) = 1',
    /Analytic function not allowed in WHERE/,
  ],
  // Functions
  [
    'a function that is not there',
    'SELECT STRPOSITION(evaluation_id) FROM qm.answers',
    /Function not found: STRPOSITION/i,
  ],
  [
    'a function of another dialect',
    "SELECT TO_CHAR(changed_at, 'YYYY-MM') FROM qm.answers",
    /Function not found: TO_CHAR/i,
  ],
  [
    'arguments the wrong way round',
    "SELECT DATE_TRUNC('month', evaluation_month) FROM qm.answers",
    /valid date part name is required/,
  ],
  [
    'an argument of the wrong type',
    'SELECT PARSE_JSON(score) FROM qm.answers',
    /No matching signature for function PARSE_JSON/,
  ],
  [
    'an argument too many',
    'SELECT COALESCE(score, 0), LOWER(evaluation_id, question_id) FROM qm.answers',
    /No matching signature for function LOWER/,
  ],
  ['a named argument that is not there', "SELECT PARSE_JSON('1', wide_numbers=>'round')", /wide_numbers/],
  // Other dialects
  ['a cast with colons', 'SELECT score::STRING FROM qm.answers', /Syntax error/],
  ['names in double quotes', 'SELECT "score" + 1 FROM "qm"."answers"', /Syntax error/],
  [
    'ON CONFLICT',
    "INSERT INTO qm.evaluations (evaluation_id) VALUES ('e') ON CONFLICT (evaluation_id) DO NOTHING",
    /ON CONFLICT is not supported/,
  ],
  ['ILIKE', "SELECT 1 FROM qm.answers WHERE evaluation_id ILIKE 'a%'", /Syntax error/],
  ['RETURNING', 'DELETE FROM qm.answers WHERE score = 1 RETURNING score', /Syntax error/],
  [
    'DELETE USING',
    'DELETE FROM qm.answers T USING qm.staged_answers S WHERE T.score = S.score',
    /Syntax error/,
  ],
  ['INTERVAL as text', "SELECT changed_at + INTERVAL '1 day' FROM qm.answers", /Syntax error/],
  ['FILTER of an aggregate', 'SELECT COUNT(*) FILTER (WHERE is_deleted) FROM qm.answers', /Syntax error/],
  [
    'DISTINCT ON',
    'SELECT DISTINCT ON (evaluation_id) evaluation_id FROM qm.answers',
    /Syntax error|Function not found/,
  ],
  ['TIMESTAMPTZ', 'SELECT CAST(changed_at AS TIMESTAMPTZ) FROM qm.answers', /Type not found: TIMESTAMPTZ/],
  // Writing
  [
    'fewer values than columns',
    "INSERT INTO qm.evaluations (evaluation_id, agent_id) VALUES ('e')",
    /wrong column count/i,
  ],
  [
    'a value of the wrong type',
    'INSERT INTO qm.evaluations (evaluation_id) VALUES (1)',
    /type INT64.*STRING/,
  ],
  [
    'text into a JSON column',
    'INSERT INTO qm.answers (raw) SELECT raw FROM qm.staged_answers',
    /type STRING.*JSON/,
  ],
  ['an INSERT into a column that is not there', "INSERT INTO qm.evaluations (agent) VALUES ('a')", /agent/],
  [
    'a column inserted twice',
    "INSERT INTO qm.evaluations (agent_id, agent_id) VALUES ('a', 'b')",
    /agent_id/,
  ],
  ['an UPDATE without WHERE', 'UPDATE qm.answers SET score = 1', /WHERE/],
  ['an UPDATE of a column that is not there', 'UPDATE qm.answers SET scores = 1 WHERE TRUE', /scores/],
  [
    'an UPDATE to the wrong type',
    "UPDATE qm.answers SET score = 'high' WHERE TRUE",
    /STRING.*FLOAT64|DOUBLE/,
  ],
  ['a DELETE without WHERE', 'DELETE FROM qm.answers', /WHERE/],
  [
    'a MERGE that joins on a column that is not there',
    'MERGE qm.answers T USING qm.staged_answers S ON T.evaluation_id = S.evaluation WHEN MATCHED THEN DELETE',
    /evaluation not found inside S/,
  ],
  [
    'a MERGE that sets a column that is not there',
    'MERGE qm.answers T USING qm.staged_answers S ON T.evaluation_id = S.evaluation_id WHEN MATCHED THEN UPDATE SET points = S.score',
    /points/,
  ],
  [
    'a MERGE that inserts a value too few',
    'MERGE qm.answers T USING qm.staged_answers S ON FALSE WHEN NOT MATCHED THEN INSERT (evaluation_id, question_id) VALUES (S.evaluation_id)',
    /wrong column count|expected/i,
  ],
  [
    'a MERGE that inserts text as JSON',
    'MERGE qm.answers T USING qm.staged_answers S ON FALSE WHEN NOT MATCHED THEN INSERT (raw) VALUES (S.raw)',
    /type STRING.*JSON/,
  ],
  [
    'a MERGE that uses the target where nothing matched',
    'MERGE qm.answers T USING qm.staged_answers S ON FALSE WHEN NOT MATCHED THEN INSERT (score) VALUES (T.score)',
    /T/,
  ],
  // Shape
  ['a text that does not end', "SELECT 'open FROM qm.answers", /Unclosed string literal/],
  ['a name that does not end', 'SELECT `score FROM qm.answers', /Unclosed identifier/],
  ['a parenthesis too few', 'SELECT (1 + 2', /Syntax error/],
  ['a comma before FROM twice', 'SELECT score,, position FROM qm.answers', /Syntax error/],
  ['a reserved word as a name', 'SELECT score AS select FROM qm.answers', /Syntax error/],
  [
    'sets of different width',
    'SELECT score, position FROM qm.answers UNION ALL SELECT score FROM qm.answers',
    /column count/,
  ],
  ['UNION without ALL or DISTINCT', 'SELECT 1 UNION SELECT 2', /Syntax error/],
  [
    'a subquery of two columns as a value',
    'SELECT (SELECT score, position FROM qm.answers)',
    /more than one column/,
  ],
  [
    'QUALIFY without a window function',
    'SELECT score FROM qm.answers WHERE TRUE QUALIFY score > 1',
    /QUALIFY/,
  ],
  ['an ASSERT of a number', "ASSERT 1 AS 'one'", /BOOL/],
  [
    'a wrong second statement of a script',
    'SELECT 1; SELECT evaluation_idd FROM qm.answers;',
    /evaluation_idd/,
  ],
  [
    'a wrong statement inside a transaction',
    'BEGIN TRANSACTION; DELETE FROM qm.answers WHERE scor = 1; COMMIT TRANSACTION;',
    /scor/,
  ],
  [
    'a column that the temporary table lacks',
    'CREATE TEMP TABLE chosen AS SELECT evaluation_id FROM qm.answers; SELECT question_id FROM chosen;',
    /question_id/,
  ],
  [
    'a view on a column that is not there',
    'CREATE OR REPLACE VIEW qm.v AS SELECT scor FROM qm.answers',
    /scor/,
  ],
];

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
];
