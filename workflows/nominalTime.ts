import { workflowInfo } from '@temporalio/workflow';

/**
 * When the schedule meant this run to start, in milliseconds since the epoch; for a run without a schedule, when it
 * started. A late run so covers the same span as a punctual one.
 * Servers up to 1.31 do not type this attribute, so the raw value is read: text or a date.
 */
export function nominalTime(): number {
  const info = workflowInfo();
  // eslint-disable-next-line typescript/no-deprecated -- the typed view leaves this attribute out, see above
  const raw: unknown = info.searchAttributes['TemporalScheduledStartTime']?.[0];
  if (raw instanceof Date) return raw.getTime();
  if (typeof raw === 'string' && !Number.isNaN(Date.parse(raw))) return Date.parse(raw);
  return info.runStartTime.getTime();
}

/** The schedule that started this run, by its time or by a trigger; null when none did. */
export function scheduledBy(): string | null {
  // eslint-disable-next-line typescript/no-deprecated -- the typed view leaves this attribute out, see above
  const raw: unknown = workflowInfo().searchAttributes['TemporalScheduledById']?.[0];
  return raw === undefined ? null : String(raw);
}
