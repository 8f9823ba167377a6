/** docs/guides.md, made of the statements. */
import type { Guide, ShownBy, Statement } from './statement.js';

const introduction = `# What the guides ask for

Five widely read guides describe how to get quality data out of a contact centre and into a warehouse, or onto a
dashboard. This page says, statement by statement and in our words, what they ask for, warn of or limit; how Tidemark
does it; and which test shows it.

Some of the endpoints that the guides use are not in the vendor's published API. \`api: guide\` speaks them as
[the guide contract](contracts/genesys-guide.md) writes them down; \`api: published\`, the default, does the same by what
the vendor does offer. "Both" means both contracts; names in \`code\` are streams, settings, tables and columns.

Tests are named by their file and their titles; \`%s\` and the like stand for the cases of a table.
`;

export function renderStatements(guides: readonly Guide[]): string {
  return [introduction, `${summary(guides)}\n`, ...guides.map(section)].join('\n');
}

function summary(guides: readonly Guide[]): string {
  const all = guides.flatMap(({ statements }) => statements);
  const missing = all.filter((each) => 'missing' in each);
  const fulfilled = `${all.length - missing.length} of ${all.length} statements are fulfilled and shown by tests.`;
  if (missing.length === 0) return fulfilled;
  return `${fulfilled} Not there: ${missing.map(({ id }) => id).join(', ')}.`;
}

/** Tables are left as they are: columns as wide as their widest cell would be mostly blanks. */
function section({ number, title, about, statements }: Guide): string {
  return `## Guide ${number}: ${title}

${about}

<!-- prettier-ignore -->
| | statement | how it is done here | shown by |
| --- | --- | --- | --- |
${statements.map(row).join('\n')}
`;
}

function row(statement: Statement): string {
  const { id, statement: said, how } = statement;
  const tests = 'missing' in statement ? '**not there**' : testsByFile(statement.shownBy);
  return `| ${[id, said, how, tests].map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
}

function testsByFile(shownBy: readonly ShownBy[]): string {
  const files = new Map<string, string[]>();
  for (const { file, test } of shownBy) files.set(file, [...(files.get(file) ?? []), test]);
  return [...files]
    .map(([file, titles]) => `[${file}](../test/${file}): ${titles.map(asText).join('; ')}`)
    .join('<br>');
}

/** A title may hold what Markdown takes for its own. */
const asText = (title: string): string => title.replaceAll(/[<*_[\]`\\]/g, String.raw`\$&`);
