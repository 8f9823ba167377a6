/** Functions of GoogleSQL that DuckDB lacks, or has with another meaning, as macros. */
export const macros: readonly string[] = [
  `CREATE MACRO bq_divide(a, b) AS CASE WHEN b = 0 THEN error('division by zero: ' || a || ' / ' || b) ELSE a / b END`,
  // Unlike the functions of DuckDB, these are NULL when any argument is.
  `CREATE MACRO bq_json_value(j, p) AS
     CASE WHEN json_type(j, p) IN ('OBJECT', 'ARRAY', 'NULL') THEN NULL ELSE json_extract_string(j, p) END`,
  `CREATE MACRO bq_json_query(j, p) AS
     CASE WHEN typeof(j) <> 'JSON' AND json_type(j, p) = 'NULL' THEN NULL ELSE json_extract(j, p) END`,
  `CREATE MACRO bq_json_query_array(j, p) AS
     CASE WHEN json_type(j, p) = 'ARRAY' THEN CAST(json_extract(j, p) AS JSON[]) END`,
  `CREATE MACRO bq_json_value_array(j, p) AS
     CASE WHEN json_type(j, p) <> 'ARRAY' THEN NULL
          WHEN len(list_filter(CAST(json_extract(j, p) AS JSON[]), lambda e: json_type(e) IN ('OBJECT', 'ARRAY'))) > 0 THEN NULL
          ELSE list_transform(CAST(json_extract(j, p) AS JSON[]), lambda e: json_extract_string(e, '$')) END`,
  `CREATE MACRO bq_parse_json(x, mode) AS CAST(bq_canonical_json(x, mode) AS JSON)`,
  `CREATE MACRO bq_json_type(j) AS CASE json_type(j)
     WHEN 'VARCHAR' THEN 'string' WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array'
     WHEN 'BOOLEAN' THEN 'boolean' WHEN 'NULL' THEN 'null' WHEN NULL THEN NULL ELSE 'number' END`,
  `CREATE MACRO bq_instant(t) AS CASE
     WHEN epoch_us(t) % 1000000 = 0 THEN strftime(t, '%Y-%m-%dT%H:%M:%SZ')
     WHEN epoch_us(t) % 1000 = 0 THEN strftime(t, '%Y-%m-%dT%H:%M:%S.%gZ')
     ELSE strftime(t, '%Y-%m-%dT%H:%M:%S.%fZ') END`,
  `CREATE MACRO bq_to_json_string(x) AS CASE
     WHEN x IS NULL THEN 'null'
     WHEN typeof(x) = 'TIMESTAMP WITH TIME ZONE' THEN '"' || bq_instant(TRY_CAST(CAST(x AS VARCHAR) AS TIMESTAMPTZ)) || '"'
     ELSE CAST(to_json(x) AS VARCHAR) END`,
  `CREATE MACRO bq_element(a, i) AS CASE WHEN i < 0 OR i >= len(a)
     THEN error('Array index ' || i || ' is out of bounds') ELSE list_extract(a, i + 1) END`,
];
