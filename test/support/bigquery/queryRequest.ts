import type { Catalog } from './catalog.js';
import type { QueryConfiguration } from './requests.js';
import type { QueryRequest } from './script.js';
import type { QueryParameter } from './sql/translation.js';

/** What a query job runs, from its configuration. */
export const queryRequest = (catalog: Catalog, query: QueryConfiguration, dryRun: boolean): QueryRequest => ({
  catalog,
  sql: query.query,
  dryRun,
  defaultDataset: query.defaultDataset?.datasetId,
  parameters: (query.queryParameters ?? []).map(readParameter),
  maximumBytesBilled: query.maximumBytesBilled === undefined ? undefined : Number(query.maximumBytesBilled),
});

function readParameter({
  name,
  parameterType,
  parameterValue,
}: NonNullable<QueryConfiguration['queryParameters']>[number]): QueryParameter {
  const one = (value: string | number | boolean | null | undefined) =>
    value === undefined || value === null ? null : String(value);
  const isArray = parameterType.type === 'ARRAY';
  return {
    name,
    type: parameterType.type,
    elementType: parameterType.arrayType?.type,
    value: isArray
      ? (parameterValue.arrayValues ?? []).map(({ value }) => one(value))
      : one(parameterValue.value),
  };
}
