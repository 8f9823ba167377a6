/** Columns, options, partitioning and clustering, as DDL writes them. */
import type { BigqueryOptions, ColumnDefinition, CreateTableStmt, Node } from 'sql-parser-cst';
import type { TableSettings } from '../catalog.js';
import { invalidQuery } from '../errors.js';
import type { TableField } from '../fields.js';
import { readType } from './literals.js';
import { nameParts, untranslated } from './translation.js';

export function readOptions(
  node: BigqueryOptions | undefined,
): Pick<TableSettings, 'description' | 'labels' | 'friendlyName'> {
  const settings: Record<string, unknown> = {};
  for (const { left, right } of node?.options.expr.items ?? []) {
    if ((left.name === 'description' || left.name === 'friendly_name') && right.type === 'string_literal') {
      settings[left.name === 'description' ? 'description' : 'friendlyName'] = right.value;
    } else throw untranslated(`option ${left.name}`);
  }
  return settings;
}

export function readColumn({ name, dataType, constraints }: ColumnDefinition): TableField {
  if (dataType === undefined) throw invalidQuery(`Column ${name.name} has no type`);
  const { type, repeated } = readType(dataType);
  const field: TableField = { name: name.name, type, mode: repeated ? 'REPEATED' : 'NULLABLE' };
  for (const constraint of constraints) {
    if (constraint.type === 'constraint_not_null') field.mode = 'REQUIRED';
    else if (constraint.type === 'bigquery_options') {
      const { description } = readOptions(constraint);
      if (description !== undefined) field.description = description;
    } else throw untranslated(constraint.type.replaceAll('_', ' '));
  }
  return field;
}

/** Partitioning, clustering and options of CREATE TABLE. */
export function tableClauses(clauses: CreateTableStmt['clauses']): Partial<TableSettings> {
  let settings: Partial<TableSettings> = {};
  for (const clause of clauses) {
    if (clause.type === 'bigquery_options') settings = { ...settings, ...readOptions(clause) };
    else if (clause.type === 'cluster_by_clause') {
      settings.clustering = { fields: clause.columns.items.map(({ name }) => name) };
    } else if (clause.type === 'partition_by_clause')
      settings.timePartitioning = readPartition(clause.specifications.items[0]);
    else if (clause.type !== 'as_clause') throw untranslated(clause.type.replaceAll('_', ' '));
  }
  return settings;
}

function readPartition(node: Node | undefined): { type: string; field: string } {
  if (node?.type === 'identifier') return { type: 'DAY', field: node.name };
  if (node?.type === 'func_call' && /^(DATE|TIMESTAMP)_TRUNC$/i.test(nameParts(node.name).join('.'))) {
    const [column, part] = node.args?.expr.args.items ?? [];
    if (column?.type === 'identifier' && part?.type === 'identifier')
      return { type: part.name.toUpperCase(), field: column.name };
  }
  throw untranslated('this PARTITION BY');
}
