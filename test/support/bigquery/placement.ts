/** Where jobs run: where the datasets are that they name. */
import { cstVisitor, type Node } from 'sql-parser-cst';
import type { Catalog } from './catalog.js';
import { BigqueryError, notFound } from './errors.js';
import type { LoadConfiguration, QueryConfiguration } from './requests.js';
import { readStatements } from './sql/parse.js';
import { plainName } from './sql/translation.js';

/** A query runs where the datasets are that it names, and in the US when it names none. */
export function queryLocation(
  catalog: Catalog,
  { query, defaultDataset }: QueryConfiguration,
  given: string | undefined,
): string {
  const datasets = [
    ...namedDatasets(query),
    ...(defaultDataset === undefined ? [] : [defaultDataset.datasetId]),
  ];
  return (
    datasets.reduce<string | undefined>(
      (location, id) => placed(catalog, id, location),
      given?.toUpperCase(),
    ) ?? 'US'
  );
}

/** A load runs where its table is. */
export const loadLocation = (
  catalog: Catalog,
  { destinationTable }: LoadConfiguration,
  given: string | undefined,
) => placed(catalog, destinationTable.datasetId, given) ?? 'US';

/** The location of a dataset, which is to be the one given. Throws notFound when it is another. */
function placed(catalog: Catalog, datasetId: string, location: string | undefined): string | undefined {
  const held = catalog.datasets().find(({ datasetReference }) => datasetReference.datasetId === datasetId);
  if (held === undefined) return location;
  if (location !== undefined && location.toUpperCase() !== held.location.toUpperCase()) {
    throw notFound(`Dataset ${catalog.projectId}:${datasetId} was not found in location ${location}`);
  }
  return held.location.toUpperCase();
}

/** What stands before the last dot of a name is a dataset, if there is one of that name. */
function namedDatasets(sql: string): string[] {
  const datasets: string[] = [];
  const add = (node: Node) => {
    const parts = plainName(node)?.filter((part) => part.toUpperCase() !== 'INFORMATION_SCHEMA') ?? [];
    datasets.push(...parts.slice(0, -1));
  };
  try {
    for (const statement of readStatements(sql))
      cstVisitor({ bigquery_quoted_member_expr: add, member_expr: add })(statement);
  } catch (error) {
    // What cannot be read fails when it runs, where the job can tell.
    if (!(error instanceof BigqueryError)) throw error;
  }
  return [...new Set(datasets)];
}
