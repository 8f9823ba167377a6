/** From the syntax tree of GoogleSQL to DuckDB's SQL. What has no rule here is refused by name, never passed on. */
import type { Node, Statement } from 'sql-parser-cst';
import { invalidQuery } from '../errors.js';
import type { Catalog, TableName, TableResource } from '../catalog.js';

export interface QueryParameter {
  name?: string | undefined;
  type: string;
  elementType?: string | undefined;
  /** null stands for NULL. */
  value: string | null | readonly (string | null)[];
}

/** What the names in a statement can stand for. */
export interface Names {
  catalog: Catalog;
  defaultDataset?: string | undefined;
  /** Temporary tables of the script, in lower case. */
  temporary: ReadonlySet<string>;
  parameters: readonly QueryParameter[];
  /** Rows that the statement before changed: `@@row_count`. */
  rowCount: number | undefined;
}

/** How each kind of node is written; a kind without an entry is refused. */
export type Emitters = { [N in Node as N['type']]?: (node: N, translation: Translation) => string };

/** A table that a statement reads, and the name it has there. */
export interface TouchedTable {
  name: TableName;
  resource: TableResource;
}

export class Translation {
  /** Tables and views that were read or written so far, by path. */
  readonly touched = new Map<string, TouchedTable>();
  /** Names of common table expressions, in lower case. */
  readonly common = new Set<string>();
  #positional = 0;

  constructor(
    readonly names: Names,
    readonly emitters: Emitters,
    private readonly read: (sql: string) => Statement[],
  ) {}

  emit(node: Node): string {
    // Each entry takes its own kind of node, which the type of the table cannot say of a lookup.
    const emitter = this.emitters[node.type] as
      ((node: Node, translation: Translation) => string) | undefined;
    if (emitter === undefined) throw untranslated(node.type.replaceAll('_', ' '));
    return emitter(node, this);
  }

  list(nodes: readonly Node[]): string {
    return nodes.map((node) => this.emit(node)).join(', ');
  }

  /** A table of a dataset, which must exist. */
  table(parts: readonly string[]): TouchedTable {
    const name = tableName(parts, this.names);
    const resource = this.names.catalog.table(name);
    const touched = { name, resource };
    this.touched.set(this.names.catalog.path(name), touched);
    return touched;
  }

  /** The query of a view, which sees no names of the statement that reads it. */
  writeView(query: string): string {
    const [statement] = this.read(query);
    if (statement === undefined) throw invalidQuery('A view without a query');
    const inner = new Translation(
      { catalog: this.names.catalog, temporary: new Set(), parameters: [], rowCount: undefined },
      this.emitters,
      this.read,
    );
    const written = inner.emit(statement);
    for (const [path, table] of inner.touched) this.touched.set(path, table);
    return written;
  }

  isTemporary(name: string): boolean {
    return this.names.temporary.has(name.toLowerCase());
  }

  parameter(written: string): QueryParameter {
    const found =
      written === '?'
        ? this.names.parameters[this.#positional++]
        : this.names.parameters.find(({ name }) => `@${name}`.toLowerCase() === written.toLowerCase());
    if (found === undefined) throw invalidQuery(`Query parameter '${written.replace('@', '')}' not found`);
    return found;
  }
}

export const untranslated = (what: string) => invalidQuery(`This server does not translate: ${what}`);

/** The parts of a dotted name, however it is quoted; undefined for any other expression. */
export function plainName(node: Node): string[] | undefined {
  if (node.type === 'identifier') return [node.name];
  if (node.type === 'bigquery_quoted_member_expr') return plainName(node.expr);
  if (node.type !== 'member_expr') return undefined;
  const [object, property] = [plainName(node.object), plainName(node.property)];
  return object === undefined || property === undefined ? undefined : [...object, ...property];
}

/** The parts of what must be a name. */
export function nameParts(node: Node): string[] {
  const parts = plainName(node);
  if (parts === undefined) throw invalidQuery(`Expected a name, but got ${node.type.replaceAll('_', ' ')}`);
  return parts;
}

/** The table that a name means. Throws for one without a dataset, or of another project. */
export function tableName(parts: readonly string[], { catalog, defaultDataset }: Names): TableName {
  const [tableId = '', datasetId = defaultDataset, projectId = catalog.projectId, ...more] =
    parts.toReversed();
  if (more.length > 0) throw invalidQuery(`Invalid table name: ${parts.join('.')}`);
  if (datasetId === undefined) {
    throw invalidQuery(`Table "${tableId}" must be qualified with a dataset (e.g. dataset.table).`);
  }
  if (projectId !== catalog.projectId) {
    throw invalidQuery(
      `Project ${projectId} is not found; make sure it references valid GCP project that hasn't been deleted.`,
    );
  }
  return { datasetId, tableId };
}
