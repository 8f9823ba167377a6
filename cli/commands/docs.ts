import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { dataDictionary } from '../../warehouses/sql/documentation/dictionary.js';
import { dbtSources } from '../../warehouses/sql/documentation/dbtSources.js';
import { jsonOption } from '../options.js';
import { write, writeJson } from '../output.js';

export function addDocsCommand(program: Command): void {
  program
    .command('docs')
    .description('Write the data dictionary (Markdown) and the sources of a dbt project (YAML)')
    .requiredOption('--out <directory>', 'directory to write into; made where there is none')
    .addOption(jsonOption())
    .action(async ({ out, json }: { out: string; json?: boolean }) => {
      const files = { 'data-dictionary.md': dataDictionary(), 'sources.yml': dbtSources() };
      await mkdir(out, { recursive: true });
      for (const [name, content] of Object.entries(files)) await writeFile(join(out, name), content);
      const written = Object.keys(files).map((name) => join(out, name));
      if (json === true) writeJson(written);
      else for (const path of written) write(path);
    });
}
