import { compareVisibility } from '../model/visibility.js';
import { ownRunDirectory, withHeartbeat } from './activityCall.js';
import type { RecordedVisibility, RecordVisibilityInput } from './auditContracts.js';
import type { Dependencies } from './dependencies.js';

/**
 * Writes the findings of an audit and tells how they differ from the audit before; again, it changes nothing. What the
 * audit was answered is removed from staging.
 */
export function createRecordVisibility({
  vendor,
  staging,
  warehouse,
}: Pick<Dependencies, 'vendor' | 'staging' | 'warehouse'>) {
  return async function recordVisibility(input: RecordVisibilityInput): Promise<RecordedVisibility> {
    return withHeartbeat(async () => {
      const { connection, stream, auditId, auditedAt, findings } = input;
      const before = await warehouse.visibilityFindings(connection, stream, auditedAt);
      const changes = compareVisibility(
        findings,
        before.map((row) => ({
          aspect: row.aspect,
          subjectId: row.subject_id,
          isVisible: row.is_visible,
        })),
      );
      await warehouse.record(
        'visibility',
        findings.map((finding) => ({
          connection,
          source_system: vendor(connection),
          stream,
          audit_id: auditId,
          aspect: finding.aspect,
          subject_id: finding.subjectId,
          subject_name: finding.subjectName,
          records: finding.records,
          is_visible: finding.isVisible,
          note: finding.note,
          is_changed: changes.some(
            ({ aspect, subjectId }) => aspect === finding.aspect && subjectId === finding.subjectId,
          ),
          audited_at: auditedAt,
        })),
      );
      await staging.remove(`${ownRunDirectory(connection, stream)}/`);
      return { isFirst: before.length === 0, changes };
    });
  };
}
