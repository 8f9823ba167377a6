/**
 * Where the analyzer is known to judge wrongly. Generated SQL does without what it rejects for no reason, and other
 * tests must catch what it lets through. A version of the emulator that mends one makes the gate's test fail.
 */

/** Right for BigQuery, and rejected with this message. */
export const wronglyRejected: readonly [name: string, sql: string, message: RegExp][] = [
  [
    'UPDATE with FROM: the emulator cannot run it',
    'UPDATE qm.answers T SET score = S.score FROM qm.staged_answers S WHERE T.evaluation_id = S.evaluation_id',
    /Update with joins not supported/,
  ],
  [
    'a column that the script itself adds: the emulator analyses against the columns before',
    'ALTER TABLE qm.evaluations ADD COLUMN form_id STRING; SELECT form_id FROM qm.evaluations',
    /Unrecognized name: form_id/,
  ],
  [
    'GROUP BY ALL: a feature the emulator has not switched on',
    'SELECT evaluation_id, COUNT(*) FROM qm.answers GROUP BY ALL',
    /GROUP BY ALL is not supported/,
  ],
  [
    'time travel: a feature the emulator has not switched on',
    'SELECT 1 FROM qm.answers FOR SYSTEM_TIME AS OF TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 1 DAY)',
    /FOR SYSTEM_TIME AS OF is not supported/,
  ],
];

/** Refused by BigQuery for a rule that is not the analyzer's, and accepted. */
export const wronglyAccepted: readonly [name: string, sql: string][] = [
  [
    'a table made inside a transaction',
    'BEGIN TRANSACTION; CREATE TABLE qm.made (id INT64); COMMIT TRANSACTION',
  ],
  ['no value for a required column', "INSERT INTO qm.forms (title) VALUES ('t')"],
  [
    'a partition by a column that is not there',
    'CREATE TABLE qm.made (id INT64) PARTITION BY DATE_TRUNC(day, MONTH)',
  ],
  [
    'a correlated subquery in what MERGE sets',
    `MERGE qm.answers T USING qm.staged_answers S ON T.evaluation_id = S.evaluation_id
     WHEN MATCHED THEN UPDATE SET score = (SELECT MAX(A.score) FROM qm.answers A WHERE A.evaluation_id > S.evaluation_id)`,
  ],
  [
    'a correlated subquery that no join can replace',
    'SELECT (SELECT E.agent_id FROM qm.evaluations E WHERE E.evaluation_id > A.evaluation_id LIMIT 1) FROM qm.answers A',
  ],
  [
    'an outer join without an equality',
    'SELECT A.score FROM qm.answers A LEFT JOIN qm.evaluations E ON E.evaluation_id > A.evaluation_id',
  ],
];
