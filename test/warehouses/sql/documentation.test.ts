import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Table } from '../../../model/column.js';
import { tableNames, tables } from '../../../model/tables.js';
import { duckdbDialect } from '../../../warehouses/sql/dialects/duckdb.js';
import { dataDictionary } from '../../../warehouses/sql/documentation/dictionary.js';
import { dbtSources } from '../../../warehouses/sql/documentation/dbtSources.js';
import { createViews } from '../../../warehouses/sql/views/createViews.js';

const all: readonly Table[] = tableNames.map((name) => tables[name]);
const views = createViews(duckdbDialect);

describe('descriptions', () => {
  it.each(all)('of $name are sentences, and not the name again', ({ columns }) => {
    for (const { name, description } of columns) {
      expect(description, name).toMatch(/^.{10,}\.$/su);
      expect(description.toLowerCase().replaceAll(/[^a-z]/g, ''), name).not.toBe(name.replaceAll('_', ''));
    }
  });

  it.each(views)('of $name are sentences', ({ columns, description }) => {
    expect(description).toMatch(/\.$/u);
    for (const column of columns) expect(column.description, column.name).toMatch(/^.{10,}\.$/su);
  });

  it('name every value of a column that has a list of them', () => {
    const listed = all.flatMap(({ columns }) => columns.filter(({ values }) => values !== undefined));
    expect(listed.length).toBeGreaterThan(10);
    for (const { name, description, values } of listed) {
      for (const value of values ?? []) expect(description, name).toContain(value);
    }
  });
});

describe('the data dictionary', () => {
  it('in docs/ is what "tidemark docs" writes', async () => {
    const kept = await readFile(new URL('../../../docs/data-dictionary.md', import.meta.url), 'utf8');
    expect(kept, 'write it anew: node dist/cli/main.js docs --out docs').toBe(dataDictionary());
  });

  it('has a section for each table and view, with every column', () => {
    const sections = new Map(
      dataDictionary()
        .split(/^## /m)
        .map((section) => [section.split('\n')[0] ?? '', section]),
    );
    for (const { name, columns } of [...all, ...views]) {
      for (const column of columns) {
        const line = sections
          .get(name)
          ?.split('\n')
          .find((each) => each.startsWith(`| \`${column.name}\` |`));
        expect(line, `${name}.${column.name}`).toContain(column.description);
        expect(line?.includes('| yes | '), `${name}.${column.name}`).toBe(
          column.personal === true || ('nullable' in column && column.nullable),
        );
      }
    }
  });

  it('says the types of every warehouse', () => {
    const text = dataDictionary();
    for (const type of ['super', 'VARIANT', 'jsonb', 'TIMESTAMP_TZ', 'INT64', 'double precision']) {
      expect(text).toContain(`\`${type}\``);
    }
  });
});

describe('the sources of a dbt project', () => {
  interface Source {
    name: string;
    description: string;
    config?: unknown;
    data_tests?: unknown[];
    columns: { name: string; description: string; data_tests?: unknown[] }[];
  }
  const document = parse(dbtSources()) as { version: number; sources: { name: string; tables: Source[] }[] };
  const sources = document.sources[0]?.tables ?? [];
  const source = (name: string) => sources.find((each) => each.name === name);
  const column = (table: string, name: string) => source(table)?.columns.find((each) => each.name === name);

  it('list every table and view with all columns', () => {
    expect(document).toMatchObject({ version: 2, sources: [{ name: 'tidemark' }] });
    const wanted = [...all, ...views].map(({ name, columns }) => [name, columns.map((each) => each.name)]);
    expect(sources.map(({ name, columns }) => [name, columns.map((each) => each.name)])).toEqual(wanted);
  });

  it('test what the registry promises', () => {
    expect(source('evaluation_answers')?.data_tests).toEqual([
      {
        'dbt_utils.unique_combination_of_columns': {
          arguments: { combination_of_columns: ['connection', 'evaluation_id', 'question_id'] },
        },
      },
    ]);
    expect(column('load_audit', 'batch_id')?.data_tests).toEqual(['not_null', 'unique']);
    expect(column('evaluations', 'score_parity')?.data_tests).toEqual([
      'not_null',
      { accepted_values: { arguments: { values: ['equal', 'fatal_zero', 'different', 'not_scored'] } } },
    ]);
    expect(column('evaluations', 'agent_id')).not.toHaveProperty('data_tests');
    for (const table of all) {
      for (const { name, nullable } of table.columns) {
        expect(column(table.name, name)?.data_tests?.includes('not_null') ?? false, name).toBe(!nullable);
      }
    }
  });

  it('measure freshness by what was loaded last', () => {
    expect(source('load_audit')?.config).toMatchObject({ loaded_at_field: 'loaded_at' });
    expect(sources.filter(({ config }) => config !== undefined)).toHaveLength(1);
  });
});
