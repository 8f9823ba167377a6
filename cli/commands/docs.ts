import type { Command } from 'commander';
import { dataDictionary } from '../../warehouses/sql/documentation/dictionary.js';
import { dbtSources } from '../../warehouses/sql/documentation/dbtSources.js';
import { jsonOption } from '../options.js';
import { writeOut } from '../writeOut.js';

export function addDocsCommand(program: Command): void {
  program
    .command('docs')
    .description('Write the data dictionary (Markdown) and the sources of a dbt project (YAML)')
    .requiredOption('--out <directory>', 'directory to write into; made where there is none')
    .addOption(jsonOption())
    .action(async ({ out, json }: { out: string; json?: boolean }) => {
      const files = [
        { name: 'data-dictionary.md', content: dataDictionary() },
        { name: 'sources.yml', content: dbtSources() },
      ];
      await writeOut(out, files, json === true);
    });
}
