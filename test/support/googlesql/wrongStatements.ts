/** What the gate is judged by: statements and scripts that BigQuery refuses, beside queries. */

/** Statements that BigQuery refuses, each with what its analyzer must name as the reason. */
export const wrongStatements: readonly [name: string, sql: string, reason: RegExp][] = [
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
  [
    'a column that the query of a MERGE lacks',
    'MERGE qm.answers T USING (SELECT evaluation_id FROM qm.staged_answers) S ON T.evaluation_id = S.evaluation_id WHEN MATCHED THEN UPDATE SET score = S.score',
    /score not found inside S/,
  ],
  [
    'a column that the temporary table lacks, after a MERGE from a query',
    `CREATE TEMP TABLE chosen AS SELECT evaluation_id FROM qm.staged_answers;
     MERGE qm.answers T USING (SELECT * FROM chosen) S ON T.evaluation_id = S.evaluation_id WHEN MATCHED THEN DELETE;
     MERGE qm.answers T USING (SELECT * FROM chosen) S ON T.evaluation_id = S.evaluation WHEN MATCHED THEN DELETE;`,
    /evaluation not found inside S/,
  ],
  [
    'a table that the script has made too late, after a MERGE from a query',
    `MERGE qm.answers T USING (SELECT * FROM qm.staged_answers) S ON FALSE WHEN MATCHED THEN DELETE;
     INSERT INTO qm.evaluations (evaluation_id) SELECT evaluation_id FROM chosen;
     CREATE TEMP TABLE chosen AS SELECT evaluation_id FROM qm.staged_answers;`,
    /Table not found: chosen/,
  ],
];
