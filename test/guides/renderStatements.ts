/** docs/guides.md, made of the statements. */
import { format, resolveConfig } from 'prettier';
import type { Guide, ShownBy, Statement } from './statement.js';

const introduction = `# What the guides ask for

Five widely read guides describe how to get quality data out of a contact centre and into a warehouse, or onto a
dashboard. This page says, statement by statement and in our words, what they ask for, warn of or limit; how Tidemark
does it; and which test shows it.

Some of the endpoints that the guides use are not in the vendor's published API. \`api: guide\` speaks them as
[the guide contract](contracts/genesys-guide.md) writes them down; \`api: published\`, the default, does the same by what
the vendor does offer. "Both" below means both contracts; names in \`code\` are streams, settings, tables and columns.

Tests are named by their file below \`test/\`, and under it by their titles. \`%s\` and the like stand for the cases of a
table.
`;

/** @param path where the page is, which decides its format */
export async function renderStatements(guides: readonly Guide[], path: string): Promise<string> {
  const text = [introduction, summary(guides), ...guides.map(section)].join('\n\n');
  return format(text, { ...(await resolveConfig(path)), parser: 'markdown' });
}

function summary(guides: readonly Guide[]): string {
  const all = guides.flatMap(({ statements }) => statements);
  const missing = all.filter((each) => 'missing' in each);
  return [
    `${all.length - missing.length} of ${all.length} statements are fulfilled and shown by tests.`,
    missing.length === 0 ? '' : `Not there: ${missing.map(({ id }) => id).join(', ')}.`,
  ].join(' ');
}

function section({ number, title, about, statements }: Guide): string {
  return [
    `## Guide ${number}: ${title}`,
    about,
    [
      '| | statement | how it is done here | shown by |',
      '| --- | --- | --- | --- |',
      ...statements.map(row),
    ].join('\n'),
  ].join('\n\n');
}

function row(statement: Statement): string {
  const { id, statement: said, how } = statement;
  const tests = 'missing' in statement ? '**not there**' : testsByFile(statement.shownBy);
  return `| ${[id, said, how, tests].map(cell).join(' | ')} |`;
}

function testsByFile(shownBy: readonly ShownBy[]): string {
  const files = new Map<string, string[]>();
  for (const { file, test } of shownBy) files.set(file, [...(files.get(file) ?? []), test]);
  return [...files]
    .map(([file, tests]) => {
      const titles = tests.map((test) => test.replaceAll('<', '&lt;').replaceAll('*', '\\*'));
      return `[${file}](../test/${file}): ${titles.join('; ')}`;
    })
    .join('<br>');
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
