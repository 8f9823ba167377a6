/** The data dictionary: what the registry and the views say of themselves, as Markdown. */
import type { Column, ColumnType, Table, TableKind } from '../../../model/column.js';
import { tableNames, tables } from '../../../model/tables.js';
import { bundleTargets } from '../bundle/targets.js';
import { duckdbDialect } from '../dialects/duckdb.js';
import { createViews } from '../views/createViews.js';
import type { ViewColumn } from '../views/view.js';

const kinds: Readonly<Record<TableKind, string>> = {
  versioned: 'One current row for each key; a newer version replaces it, a deletion is marked in it.',
  part: 'Replaced together with the row it belongs to; what the newer version no longer has is marked deleted.',
  history: 'Rows are appended once and never changed.',
  versions: 'Rows are appended where what was read before and after has other content, and never changed.',
  operational: 'Written by runs about themselves.',
};

export function dataDictionary(): string {
  return (
    [
      `# Data dictionary

Written by \`tidemark docs\` from the definitions that also make the tables; not to be edited. What the rules behind the
rows are is in \`docs/warehouse.md\`, how to ask them in \`docs/reading.md\`.

## Types

${typesTable()}

## Tables

${tableNames.map((name) => `- [${name}](#${name}): ${tables[name].grain}`).join('\n')}

## Views

${views.map(({ name, description }) => `- [${name}](#${name}): ${description}`).join('\n')}`,
      ...tableNames.map((name) => tableSection(tables[name])),
      ...views.map(
        ({ name, description, columns }) => `## ${name}\n\n${description}\n\n${columnTable(columns)}`,
      ),
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  );
}

const views = createViews(duckdbDialect);

function typesTable(): string {
  const dialects = Object.values(bundleTargets).map((target) => target({ schema: '', location: '' }));
  const types = Object.keys(duckdbDialect.types) as ColumnType[];
  return markdownTable(
    ['type', ...dialects.map(({ title }) => title)],
    types.map((type) => [type, ...dialects.map(({ dialect }) => `\`${dialect.types[type]}\``)]),
  );
}

function tableSection({ name, kind, grain, key, partitionBy, partOf, columns }: Table): string {
  return `## ${name}

One row is ${grain}. ${kinds[kind]}

- Key: ${key.map(code).join(', ')}
${partOf === undefined ? '' : `- Part of: [${partOf}](#${partOf})\n`}${partitionBy === undefined ? '' : `- Partitioned by: ${code(partitionBy)}, by month\n`}
${columnTable(columns)}`;
}

function columnTable(columns: readonly (ViewColumn & Partial<Pick<Column, 'nullable'>>)[]): string {
  const withNulls = columns.some(({ nullable }) => nullable !== undefined);
  return markdownTable(
    ['column', 'type', ...(withNulls ? ['null'] : []), 'personal', 'description'],
    columns.map(({ name, type, nullable, personal, description }) => [
      code(name),
      type,
      ...(withNulls ? [nullable === true ? 'yes' : 'no'] : []),
      personal === true ? 'yes' : '',
      description,
    ]),
  );
}

const code = (text: string) => `\`${text}\``;

const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
