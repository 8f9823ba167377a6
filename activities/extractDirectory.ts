import type { DirectoryRecord } from '../sources/source.js';
import { withHeartbeat } from './activityCall.js';
import { directoryName } from './batchLayout.js';
import type { ExtractDirectoryInput, ExtractedDirectory } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import { runContext } from './keptAnswers.js';
import { putJson } from './stagedJson.js';

/**
 * Reads users, queues and divisions in full: small lists that make ids readable and show what the client may see. They
 * move while they are read, so that somebody may be on two pages: the last copy counts.
 */
export function createExtractDirectory({
  source: sourceOf,
  staging,
}: Pick<Dependencies, 'source' | 'staging'>) {
  return async function extractDirectory(input: ExtractDirectoryInput): Promise<ExtractedDirectory> {
    return withHeartbeat(async ({ signal, report }) => {
      const source = sourceOf(input.connection, input.stream);
      const context = await runContext(signal, input, staging);
      const found = new Map<string, DirectoryRecord>();
      for await (const page of source.readDirectory(context)) {
        for (const record of page) found.set(`${record.kind}:${record.id}`, record);
        report({ records: found.size });
      }
      const records = [...found.values()];
      const object = await putJson(staging, directoryName(input.runDirectory), records, records.length);
      const batchId = '';
      const hiddenDivisions = records
        .filter(({ kind }) => kind === 'division')
        .flatMap(
          (record) =>
            source.mapper.directory(record, { connection: input.connection, batchId }).divisions ?? [],
        )
        .filter((division) => division.is_granted === false)
        .map(({ division_id: id, name }) => ({ id, name: name ?? id }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      return { object, requests: context.meter.requests, hiddenDivisions };
    });
  };
}
