import type { DirectoryRecord } from '../sources/source.js';
import { callContext, withHeartbeat } from './activityCall.js';
import { directoryName } from './batchLayout.js';
import type { ExtractDirectoryInput, ExtractedDirectory } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import { putJson } from './stagedJson.js';

/** Reads users, queues and divisions in full: small lists that make ids readable and show what the client may see. */
export function createExtractDirectory({
  source: sourceOf,
  staging,
}: Pick<Dependencies, 'source' | 'staging'>) {
  return async function extractDirectory(input: ExtractDirectoryInput): Promise<ExtractedDirectory> {
    return withHeartbeat(async ({ signal, report }) => {
      const source = sourceOf(input.connection, input.stream);
      const context = callContext(signal, input.priority);
      const records: DirectoryRecord[] = [];
      for await (const page of source.readDirectory(context)) {
        records.push(...page);
        report({ records: records.length });
      }
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
