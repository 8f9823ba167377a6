/** datasets.* and tables.* */
import type { DuckDBConnection } from '@duckdb/node-api';
import { storedBytes } from './bytes.js';
import type { Catalog, DatasetResource, TableName, TableResource, TableSettings } from './catalog.js';
import { BigqueryError, invalid } from './errors.js';
import type { Call, Route } from './http.js';
import { quoted, storedName } from './quoting.js';
import { datasetBody, readBody, tableBody } from './requests.js';
import { additions, readFields } from './schema.js';
import { createTable, describeQuery, widenTable } from './storage.js';
import { readStatements, translate } from './sql/parse.js';

const root = '/bigquery/v2/projects/:project/datasets';
const paging = ['maxResults', 'pageToken', 'all', 'filter'];

/** One page of a listing; the token is the place of the next item. */
export function page<T>(
  items: readonly T[],
  { maxResults, pageToken }: Record<string, string>,
): { items: T[]; nextPageToken?: string } {
  const start = Number(pageToken ?? 0);
  const end = maxResults === undefined ? items.length : start + Number(maxResults);
  return { items: items.slice(start, end), ...(end < items.length ? { nextPageToken: String(end) } : {}) };
}

const without = (settings: object, ...names: string[]) =>
  Object.fromEntries(
    Object.entries(settings).filter(([name, value]) => value !== undefined && !names.includes(name)),
  );

export function datasetRoutes(catalog: Catalog, connection: DuckDBConnection): Route[] {
  const id = ({ params }: Call) => params['dataset'] ?? '';
  const name = ({ params }: Call): TableName => ({
    datasetId: params['dataset'] ?? '',
    tableId: params['table'] ?? '',
  });
  const dataset = (resource: DatasetResource) => ({
    kind: 'bigquery#dataset',
    id: `${catalog.projectId}:${resource.datasetReference.datasetId}`,
    ...resource,
  });

  const insertDataset = async ({ body }: Call) => {
    const { datasetReference, ...settings } = readBody(datasetBody, body, 'dataset');
    if (datasetReference === undefined)
      throw new BigqueryError('required', 'Required parameter is missing: datasetReference');
    const resource = catalog.addDataset(datasetReference.datasetId, without(settings, 'etag'));
    await connection.run(`CREATE SCHEMA ${quoted(datasetReference.datasetId)}`);
    return dataset(resource);
  };

  const patchDataset = (call: Call) => {
    const { location, etag, ...settings } = readBody(datasetBody, call.body, 'dataset');
    const held = catalog.dataset(id(call));
    if (location !== undefined && location.toUpperCase() !== held.location.toUpperCase())
      throw invalid('Cannot change the location of a dataset');
    sameVersion(etag, held.etag);
    return dataset(catalog.changeDataset(id(call), without(settings, 'datasetReference')));
  };

  const deleteDataset = async (call: Call) => {
    catalog.removeDataset(id(call), call.query['deleteContents'] === 'true');
    await connection.run(`DROP SCHEMA ${quoted(id(call))} CASCADE`);
  };

  const insertTable = async (call: Call) => {
    const { tableReference, schema, view, expirationTime, ...settings } = readBody(
      tableBody,
      call.body,
      'table',
    );
    const table = { datasetId: id(call), tableId: tableReference?.tableId ?? '' };
    if (catalog.find(table) !== undefined)
      throw new BigqueryError('duplicate', `Already Exists: Table ${catalog.path(table)}`);
    const fields = view === undefined ? readFields(schema?.fields ?? []) : await viewFields(view.query);
    const made = catalog.putTable(table, {
      ...without(settings, 'etag'),
      ...(typeof expirationTime === 'string' ? { expirationTime } : {}),
      schema: { fields },
      ...(view === undefined ? {} : { type: 'VIEW', view }),
    });
    checkPlacement(made);
    if (view === undefined) await connection.run(createTable(table, fields));
    return tableResource(made);
  };

  const viewFields = async (query: string) => {
    const [statement] = readStatements(query);
    if (statement === undefined) throw invalid('A view needs a query');
    const t = translate({ catalog, temporary: new Set(), parameters: [], rowCount: undefined });
    return await describeQuery(connection, t.emit(statement));
  };

  const checkPlacement = (table: TableResource) => {
    const named = [
      ...(table.clustering?.fields ?? []),
      ...(table.timePartitioning?.field === undefined ? [] : [table.timePartitioning.field]),
    ];
    const missing = named.find((field) => !table.schema.fields.some((each) => each.name === field));
    if (missing === undefined) return;
    catalog.removeTable({ datasetId: table.tableReference.datasetId, tableId: table.tableReference.tableId });
    throw invalid(
      `The field specified for partitioning or clustering cannot be found in the schema: ${missing}`,
    );
  };

  const patchTable = async (call: Call) => {
    const { schema, view, etag, expirationTime, ...settings } = readBody(tableBody, call.body, 'table');
    const held = catalog.table(name(call));
    sameVersion(etag, held.etag);
    const changes: Partial<TableSettings> = without(settings, 'tableReference');
    if (typeof expirationTime === 'string') changes.expirationTime = expirationTime;
    if (expirationTime === null) delete held.expirationTime;
    if (view !== undefined)
      Object.assign(changes, { view, schema: { fields: await viewFields(view.query) } });
    if (schema !== undefined && held.type === 'TABLE') {
      const wanted = readFields(schema.fields);
      additions(catalog.path(name(call)), held.schema.fields, wanted);
      for (const sql of widenTable(name(call), held.schema.fields, wanted)) await connection.run(sql);
      changes.schema = { fields: wanted };
    }
    if (schema !== undefined && held.type === 'VIEW') changes.schema = { fields: readFields(schema.fields) };
    return await tableResource(catalog.changeTable(name(call), changes));
  };

  const deleteTable = async (call: Call) => {
    const { type } = catalog.table(name(call));
    catalog.removeTable(name(call));
    if (type === 'TABLE') await connection.run(`DROP TABLE ${storedName(name(call))}`);
  };

  const tableResource = async (table: TableResource) => ({
    kind: 'bigquery#table',
    id: catalog.path(table.tableReference),
    ...table,
    ...(table.type === 'TABLE' ? await size(table) : {}),
  });

  const size = async ({ tableReference, schema: { fields } }: TableResource) => {
    const bytes =
      fields.length === 0 ? '0' : `coalesce(sum(${fields.map(storedBytes).join(' + ')}), 0)::BIGINT`;
    const sql = `SELECT count(*), ${bytes} FROM ${storedName(tableReference)}`;
    const [[numRows, numBytes] = []] =
      fields.length === 0 ? [[0n, 0n]] : (await connection.runAndReadAll(sql)).getRows();
    return { numRows: String(numRows), numBytes: String(numBytes) };
  };

  const listTables = (call: Call) => {
    const { items, ...next } = page(catalog.tables(id(call)), call.query);
    return {
      kind: 'bigquery#tableList',
      ...next,
      tables: items.map((table) => ({
        kind: 'bigquery#table',
        id: catalog.path(table.tableReference),
        ...without(table, 'schema'),
      })),
      totalItems: catalog.tables(id(call)).length,
    };
  };

  const listDatasets = ({ query }: Call) => {
    const { items, ...next } = page(catalog.datasets(), query);
    return { kind: 'bigquery#datasetList', ...next, datasets: items.map(dataset) };
  };

  const table = `${root}/:dataset/tables/:table`;
  return [
    { endpoint: 'datasets.insert', method: 'POST', path: root, handle: insertDataset },
    { endpoint: 'datasets.list', method: 'GET', path: root, parameters: paging, handle: listDatasets },
    {
      endpoint: 'datasets.get',
      method: 'GET',
      path: `${root}/:dataset`,
      parameters: ['datasetView'],
      handle: (call) => dataset(catalog.dataset(id(call))),
    },
    { endpoint: 'datasets.patch', method: 'PATCH', path: `${root}/:dataset`, handle: patchDataset },
    {
      endpoint: 'datasets.delete',
      method: 'DELETE',
      path: `${root}/:dataset`,
      parameters: ['deleteContents'],
      handle: deleteDataset,
    },
    { endpoint: 'tables.insert', method: 'POST', path: `${root}/:dataset/tables`, handle: insertTable },
    {
      endpoint: 'tables.list',
      method: 'GET',
      path: `${root}/:dataset/tables`,
      parameters: paging,
      handle: listTables,
    },
    {
      endpoint: 'tables.get',
      method: 'GET',
      path: table,
      parameters: ['view', 'selectedFields'],
      handle: (call) => tableResource(catalog.table(name(call))),
    },
    { endpoint: 'tables.patch', method: 'PATCH', path: table, handle: patchTable },
    { endpoint: 'tables.delete', method: 'DELETE', path: table, handle: deleteTable },
  ];
}

function sameVersion(given: string | undefined, held: string): void {
  if (given !== undefined && given !== held)
    throw new BigqueryError('conditionNotMet', 'Precondition Failed');
}
