import type { Alert } from '../model/alert.js';
import type { SpanUnderWay } from '../model/intervalAudit.js';
import type { Vendor } from '../model/vendor.js';
import type { MetricsSource } from '../sources/metricsSource.js';
import type { Source } from '../sources/source.js';
import type { StagingStore } from '../staging/stagingStore.js';
import type { Warehouse } from '../warehouses/warehouse.js';

/** What activities are made from; a worker builds it once from the configuration. */
export interface Dependencies {
  /** The source of a configured stream; throws InvalidConfig for an unknown name. */
  source(connection: string, stream: string): Source;
  /** The metrics of a configured connection; throws InvalidConfig where there are none. */
  metrics(connection: string): MetricsSource;
  /** The vendor of a configured connection. */
  vendor(connection: string): Vendor;
  staging: StagingStore;
  warehouse: Warehouse;
  /** What exports and backfills of a stream that run now load. */
  underWay(connection: string, stream: string): Promise<SpanUnderWay[]>;
  alerts: AlertSink;
}

/** Where alerts go. */
export interface AlertSink {
  /**
   * Throws UpstreamUnavailable when it should be tried again, InvalidConfig when that is of no use.
   *
   * @param attempt 1 for an alert that is new, more for one that is sent again
   */
  send(alert: Alert, signal: AbortSignal, attempt: number): Promise<void>;
}
