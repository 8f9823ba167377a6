/** JSON functions. */
import { invalidQuery } from '../errors.js';
import { rule, same, type FunctionRule } from './functionRule.js';

/** A function of a JSON value and a path, which is the whole value when none is given. */
const atPath = (macro: string) =>
  rule(1, 2, ({ written: [json, path = "'$'"] }) => `${macro}(${json}, ${path})`);

export const jsonFunctions: Record<string, FunctionRule> = {
  JSON_QUERY: atPath('bq_json_query'),
  JSON_QUERY_ARRAY: atPath('bq_json_query_array'),
  JSON_TYPE: rule(1, 1, ({ written }) => `bq_json_type(${written[0]})`),
  JSON_VALUE: atPath('bq_json_value'),
  JSON_VALUE_ARRAY: atPath('bq_json_value_array'),
  PARSE_JSON: rule(1, 1, ({ written, named }) => {
    const unknown = [...named.keys()].find((name) => name !== 'wide_number_mode');
    if (unknown !== undefined)
      throw invalidQuery(`Named argument ${unknown} not found in signature for call to function PARSE_JSON`);
    return `bq_parse_json(${written[0]}, ${named.get('wide_number_mode') ?? "'exact'"})`;
  }),
  TO_JSON: rule(1, 1, ({ written }) => `to_json(${written[0]})`),
  TO_JSON_STRING: same('bq_to_json_string', 1),
};
