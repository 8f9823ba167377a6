/** When activities were asked for and ran, as the Temporal server has it. */
import { histories } from './exporting.mjs';

/** Over all workflows of the server. */
export async function activitySpans(client) {
  const spans = [];
  for await (const { events } of histories(client)) spans.push(...spansOf(events));
  return spans;
}

/** Those of one history that were completed; `scheduled`, `from` and `to` in epoch milliseconds. */
export function spansOf(events) {
  const scheduled = new Map();
  const started = new Map();
  const spans = [];
  for (const event of events) {
    const at = Number(event.eventTime.seconds) * 1_000 + event.eventTime.nanos / 1e6;
    const { activityTaskStartedEventAttributes: start, activityTaskCompletedEventAttributes: end } = event;
    if (event.activityTaskScheduledEventAttributes) {
      const { name } = event.activityTaskScheduledEventAttributes.activityType;
      scheduled.set(String(event.eventId), { name, scheduled: at });
    } else if (start) {
      started.set(String(start.scheduledEventId), at);
    } else if (end) {
      const id = String(end.scheduledEventId);
      spans.push({ ...scheduled.get(id), from: started.get(id), to: at });
    }
  }
  return spans;
}

/** Seconds of a time in which at least one of the spans was open; a span without an end lasts as long as the time. */
export function covered(spans, { from: start, to: end }) {
  let sum = 0;
  let reached = start;
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const until = Math.min(to ?? end, end);
    if (until <= reached) continue;
    sum += until - Math.max(from, reached);
    reached = until;
  }
  return sum / 1_000;
}
