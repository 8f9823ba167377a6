/** What travels between the steps of a poll and their workflow. Types only: workflows import this file. */
import type { Interval } from '../model/interval.js';
import type { StagedObject } from '../staging/stagingStore.js';

/** Settings of the metrics as the configuration had them when the poll was started. */
export interface MetricsSettings {
  /** Time zone of the business day, of the IANA database. */
  timeZone: string;
  /** Local time at which it begins, HH:MM. */
  dayStart: string;
  by: ('agent' | 'queue' | 'skill' | 'form' | 'evaluator')[];
  segments: ('form' | 'queue')[];
  countThreshold: number;
  passScore: number;
  /** Milliseconds. */
  outageTolerance: number;
}

export interface ReadMetricsInput {
  connection: string;
  /** The moment that the poll is for, ISO 8601 UTC. */
  at: string;
  /** Staging directory of the run. */
  runDirectory: string;
  settings: MetricsSettings;
}

export interface ReadMetrics {
  businessDay: string;
  window: Interval;
  /** What was asked and the rows of agent_metrics that came back (`MetricsPoll`), as JSON. */
  readings: StagedObject;
  requests: number;
}

export interface RecordMetricsInput {
  connection: string;
  businessDay: string;
  readings: StagedObject;
}

export interface RecordedMetrics {
  readings: number;
  /** Those that differ from the last ones and were written. */
  changed: number;
}
