/** Datasets and tables as their REST resources; the rows are DuckDB's. */
import { BigqueryError, invalid, notFound } from './errors.js';
import type { TableField } from './fields.js';

export interface DatasetResource {
  datasetReference: { projectId: string; datasetId: string };
  location: string;
  description?: string | undefined;
  friendlyName?: string | undefined;
  labels?: Record<string, string> | undefined;
  defaultTableExpirationMs?: string | undefined;
  defaultPartitionExpirationMs?: string | undefined;
  access?: unknown;
  etag: string;
  creationTime: string;
  lastModifiedTime: string;
}

export interface TimePartitioning {
  type: string;
  field?: string | undefined;
  expirationMs?: string | undefined;
}

export interface TableResource {
  tableReference: { projectId: string; datasetId: string; tableId: string };
  type: 'TABLE' | 'VIEW';
  schema: { fields: TableField[] };
  view?: { query: string; useLegacySql: false } | undefined;
  description?: string | undefined;
  friendlyName?: string | undefined;
  labels?: Record<string, string> | undefined;
  timePartitioning?: TimePartitioning | undefined;
  clustering?: { fields: string[] } | undefined;
  requirePartitionFilter?: boolean | undefined;
  expirationTime?: string | undefined;
  location: string;
  etag: string;
  creationTime: string;
  lastModifiedTime: string;
}

export interface TableName {
  datasetId: string;
  tableId: string;
}

/** What a table is made from, beside its name. */
export type TableSettings = Pick<TableResource, 'schema'> &
  Partial<Omit<TableResource, 'tableReference' | 'schema' | 'location' | 'etag' | 'creationTime'>>;

let changes = 0;
const stamp = () => ({ etag: `"${(changes += 1)}"`, lastModifiedTime: String(Date.now()) });

export class Catalog {
  readonly #datasets = new Map<string, { resource: DatasetResource; tables: Map<string, TableResource> }>();

  constructor(readonly projectId: string) {}

  datasets(): DatasetResource[] {
    return [...this.#datasets.values()].map(({ resource }) => resource);
  }

  dataset(datasetId: string): DatasetResource {
    return this.#entry(datasetId).resource;
  }

  addDataset(datasetId: string, settings: Partial<DatasetResource>): DatasetResource {
    if (!/^\w{1,1024}$/.test(datasetId))
      throw invalid(
        `Invalid dataset ID "${datasetId}". Dataset IDs must be alphanumeric (plus underscores).`,
      );
    if (this.#datasets.has(datasetId)) {
      throw new BigqueryError('duplicate', `Already Exists: Dataset ${this.projectId}:${datasetId}`);
    }
    const resource = {
      location: 'US',
      ...settings,
      datasetReference: { projectId: this.projectId, datasetId },
      creationTime: String(Date.now()),
      ...stamp(),
    };
    this.#datasets.set(datasetId, { resource, tables: new Map() });
    return resource;
  }

  changeDataset(datasetId: string, settings: Partial<DatasetResource>): DatasetResource {
    return Object.assign(this.dataset(datasetId), settings, stamp());
  }

  /** Refuses a dataset with tables in it. */
  removeDataset(datasetId: string, withTables: boolean): void {
    if (this.#entry(datasetId).tables.size > 0 && !withTables) {
      throw new BigqueryError('resourceInUse', `Dataset ${this.projectId}:${datasetId} is still in use`);
    }
    this.#datasets.delete(datasetId);
  }

  tables(datasetId: string): TableResource[] {
    return [...this.#entry(datasetId).tables.values()];
  }

  table(name: TableName): TableResource {
    const table = this.find(name);
    if (table === undefined)
      throw notFound(
        `Table ${this.path(name)} was not found in location ${this.dataset(name.datasetId).location}`,
      );
    return table;
  }

  find({ datasetId, tableId }: TableName): TableResource | undefined {
    return this.#entry(datasetId).tables.get(tableId);
  }

  /** Takes a table up, in place of one of the same name when that is wanted. */
  putTable({ datasetId, tableId }: TableName, settings: TableSettings): TableResource {
    if (!/^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd} ]{1,1024}$/u.test(tableId))
      throw invalid(`Invalid table ID "${tableId}".`);
    const { resource: dataset, tables } = this.#entry(datasetId);
    const now = Date.now();
    const lifetime = dataset.defaultTableExpirationMs;
    const table: TableResource = {
      type: 'TABLE',
      ...(lifetime === undefined ? {} : { expirationTime: String(now + Number(lifetime)) }),
      ...settings,
      tableReference: { projectId: this.projectId, datasetId, tableId },
      location: dataset.location,
      creationTime: String(now),
      ...stamp(),
    };
    tables.set(tableId, table);
    return table;
  }

  changeTable(name: TableName, settings: Partial<TableSettings>): TableResource {
    return Object.assign(this.table(name), settings, stamp());
  }

  removeTable(name: TableName): void {
    this.table(name);
    this.#entry(name.datasetId).tables.delete(name.tableId);
  }

  path({ datasetId, tableId }: TableName): string {
    return `${this.projectId}:${datasetId}.${tableId}`;
  }

  #entry(datasetId: string) {
    const entry = this.#datasets.get(datasetId);
    if (entry === undefined) throw notFound(`Dataset ${this.projectId}:${datasetId}`);
    return entry;
  }
}
