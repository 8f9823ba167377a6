import { executeChild, workflowInfo } from '@temporalio/workflow';
import type { ExportResult } from '../model/mark.js';
import type { ActivityStubs } from './activityStubs.js';
import { eachByItself } from './eachByItself.js';
import type { StreamSettings } from './exportRun.js';
import { reextractForm } from './reextractForm.js';
import { searchAttributes } from './searchAttributes.js';
import { whyFailed } from './whyFailed.js';

/**
 * Looks whether form versions still are what rows of evaluations were made with, and has the evaluations of those that
 * are not read again, and no others. Resolves with the versions that had changed; `failures` says of which they
 * could not be read, and why.
 */
export async function checkDrift(
  { api, warehouse }: ActivityStubs,
  { connection, stream, settings }: { connection: string; stream: string; settings: StreamSettings },
): Promise<{ drifted: ExportResult['drifted']; failures: string[]; requests: number }> {
  const versions = await warehouse.listFormVersions.executeWithOptions(
    { summary: 'form versions in the warehouse' },
    [{ connection }],
  );
  if (versions.length === 0) return { drifted: [], failures: [], requests: 0 };
  const { priority } = settings;
  const checked = await api.checkForms.executeWithOptions({ summary: `${versions.length} form versions` }, [
    { connection, stream, versions, priority },
  ]);
  const found: ExportResult['drifted'] = [];
  const failures: string[] = [];
  let requests = checked.requests;
  const reread = async ({ formId, structureHash }: (typeof checked.drifted)[number]) => {
    const result = await executeChild(reextractForm, {
      workflowId: `${workflowInfo().workflowId}/drift-${formId}`,
      staticSummary: `form version ${formId} has changed`,
      typedSearchAttributes: [
        { key: searchAttributes.connection, value: connection },
        { key: searchAttributes.stream, value: stream },
      ],
      args: [
        {
          connection,
          stream,
          selection: { formId, structureOtherThan: structureHash },
          dryRun: false,
          settings,
        },
      ],
    });
    requests += result.requests;
    found.push({ formId, evaluations: result.asked, changed: result.changed });
  };
  await eachByItself(checked.drifted, reread, ({ formId }, error) => {
    failures.push(`Evaluations of form version ${formId} could not be read again: ${whyFailed(error)}`);
  });
  return { drifted: found, failures, requests };
}
