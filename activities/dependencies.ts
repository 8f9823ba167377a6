import type { Alert } from '../model/alert.js';
import type { Source } from '../sources/source.js';
import type { StagingStore } from '../staging/stagingStore.js';
import type { Warehouse } from '../warehouses/warehouse.js';

/** What activities are made from; a worker builds it once from the configuration. */
export interface Dependencies {
  /** The source of a configured connection; throws InvalidConfig for an unknown name. */
  source(connection: string): Source;
  staging: StagingStore;
  warehouse: Warehouse;
  alerts: AlertSink;
}

/** Where alerts go. */
export interface AlertSink {
  /** Throws UpstreamUnavailable when it should be tried again, InvalidConfig when that is of no use. */
  send(alert: Alert, signal: AbortSignal): Promise<void>;
}
