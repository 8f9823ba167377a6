import { describe, expect, it } from 'vitest';
import type { TableName } from '../../../model/tables.js';
import { bundledTableNames, createBundle } from '../../../warehouses/sql/bundle/bundle.js';
import { bundleTargets } from '../../../warehouses/sql/bundle/targets.js';
import { createViews } from '../../../warehouses/sql/views/createViews.js';
import { dialectNames, locations, sqlFiles, statementsOf, wholeBundle } from './bundleFiles.js';

/** An owner, a part of it, and one with months and JSON. */
const some: TableName[] = ['forms', 'form_answer_options', 'evaluation_history'];

describe.each(dialectNames)('the bundle for %s', (name) => {
  const target = bundleTargets[name]({ schema: 'tidemark', location: locations[name] });

  it('is written as it was before', async () => {
    const files = createBundle(
      target,
      new Map([
        ['forms', 3],
        ['form_answer_options', null],
        ['evaluation_history', 5],
      ]),
      some,
    );
    const whole = files.map((file) => `==> ${file.name} <==\n${file.content}`).join('\n');
    await expect(whole).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it('says in every file whether its statements were ever run', () => {
    for (const { name: file, content } of wholeBundle(name)) {
      expect(content.includes('enerated, not run against the service'), file).toBe(!target.isTested);
    }
  });

  it('makes every table and view, and stages, loads and drops what has files', () => {
    const files = new Map(
      createBundle(target, new Map([['forms', 3]])).map((file) => [file.name, statementsOf(file)]),
    );
    expect(files.get('01_tables.sql')?.filter((each) => each.startsWith('CREATE TABLE'))).toHaveLength(
      bundledTableNames.length,
    );
    expect(
      files.get('04_views.sql')?.filter((each) => each.startsWith('CREATE OR REPLACE VIEW')),
    ).toHaveLength(createViews(target.dialect).length);
    expect(files.get('05_clean_up.sql')).toHaveLength(1);
    expect(files.get('02_stage.sql')?.join()).not.toContain('queues');
    expect(files.get('README.md')?.join('\n')).toContain('03_load.sql');
  });
});

describe('statements of whole bundles', () => {
  it('are hundreds, and none has a blank line or a comment inside', () => {
    for (const name of dialectNames) {
      const statements = sqlFiles(wholeBundle(name)).flatMap(statementsOf);
      expect(statements.length).toBeGreaterThan(100);
      for (const statement of statements) expect(statement).not.toMatch(/^--|;\s*$/m);
    }
  });
});
