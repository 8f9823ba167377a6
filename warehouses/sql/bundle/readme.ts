import type { BundleTarget } from './target.js';

const kinds = { parquet: 'Parquet', ndjson: 'NDJSON' } as const;

/** What a person does with the files of a bundle. */
export function readme(
  { title, format, isTested, howToRun }: BundleTarget,
  files: readonly { name: string; says: string }[],
): string {
  return `# Tidemark in ${title}

${
  isTested
    ? `The statements are run against ${title} in Tidemark's own tests.`
    : `**Generated, not run against the service.** The statements follow ${title}'s documentation and are parsed by its
grammar in Tidemark's tests; nobody has run them on your account. Try them in a schema of its own first.`
}

They bring the tables to the state of a directory of ${kinds[format]} that Tidemark keeps
(\`warehouse: { kind: ${format} }\`), all tables and all months of it. Running them again with the same copy changes
nothing.

## Run

${howToRun}

| file | what it does |
| ---- | ------------ |
${files.map(({ name, says }) => `| \`${name}\` | ${says} |`).join('\n')}

\`01_tables.sql\` and \`04_views.sql\` are needed once, and again with a new version of Tidemark. The others are for each
copy.

## What the load does

- The directory holds the current state and not what changed, so a row of it replaces the row with its key, and one
  whose key is new is inserted. Deletions come as rows too (\`is_deleted\`, \`deleted_at\`): nothing is ever removed.
- Before anything is written it is checked that rows are there (as many as the manifest says, when the bundle was made
  with \`--directory\`), that keys are unique, that nothing is empty that must not be, and that no answer is without its
  evaluation. The last one finds a directory that was copied while a load changed it: copy it again.
- An older copy brings the state of its time back, until the next one.
- Columns of your own stay as they are; a view of yours is not touched.
- \`schema_changes\` is left out: it says how the directory came to be.
- A new version of Tidemark may bring columns: \`01_tables.sql\` adds none to a table that is there. Add them
  (\`ALTER TABLE ... ADD COLUMN\`, as in the new file, nullable) before the load.
- What must be erased for good (a person's request, say) is to be erased in the directory and here.
`;
}
