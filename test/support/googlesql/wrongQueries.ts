/** What the gate is judged by: queries that BigQuery refuses. */

/** Queries that BigQuery refuses, each with what its analyzer must name as the reason. */
export const wrongQueries: readonly [name: string, sql: string, reason: RegExp][] = [
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
];
