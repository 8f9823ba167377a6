/** When activities ran, as the Temporal server has it. */
import { histories } from './exporting.mjs';

/** Over all workflows of the server; `from` and `to` in epoch milliseconds. */
export async function activitySpans(client) {
  const spans = [];
  for await (const { events } of histories(client)) {
    const names = new Map();
    const started = new Map();
    for (const event of events) {
      const at = Number(event.eventTime.seconds) * 1_000 + event.eventTime.nanos / 1e6;
      if (event.activityTaskScheduledEventAttributes) {
        names.set(String(event.eventId), event.activityTaskScheduledEventAttributes.activityType.name);
      } else if (event.activityTaskStartedEventAttributes) {
        started.set(String(event.activityTaskStartedEventAttributes.scheduledEventId), at);
      } else if (event.activityTaskCompletedEventAttributes) {
        const id = String(event.activityTaskCompletedEventAttributes.scheduledEventId);
        spans.push({ name: names.get(id), from: started.get(id), to: at });
      }
    }
  }
  return spans;
}
