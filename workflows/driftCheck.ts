import { executeChild, workflowInfo } from '@temporalio/workflow';
import type { ExportResult } from '../model/mark.js';
import type { ActivityStubs } from './activityStubs.js';
import type { StreamSettings } from './exportRun.js';
import { reextractForm } from './reextractForm.js';
import { searchAttributes } from './searchAttributes.js';

/**
 * Looks whether form versions still are what rows of evaluations were made with, and has the evaluations of those that
 * are not read again, and no others. Resolves with the versions that had changed.
 */
export async function checkDrift(
  { api, warehouse }: ActivityStubs,
  { connection, stream, settings }: { connection: string; stream: string; settings: StreamSettings },
): Promise<{ drifted: ExportResult['drifted']; requests: number }> {
  const versions = await warehouse.listFormVersions.executeWithOptions(
    { summary: 'form versions in the warehouse' },
    [{ connection }],
  );
  if (versions.length === 0) return { drifted: [], requests: 0 };
  const { priority } = settings;
  const checked = await api.checkForms.executeWithOptions({ summary: `${versions.length} form versions` }, [
    { connection, stream, versions, priority },
  ]);
  const found: ExportResult['drifted'] = [];
  let requests = checked.requests;
  for (const { formId, structureHash } of checked.drifted) {
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
  }
  return { drifted: found, requests };
}
