/** What travels about pages in quarantine. Types only. */
import type { Interval } from '../model/interval.js';
import type { BatchRef } from './contracts.js';

export interface KeepQuarantinedInput {
  batch: BatchRef;
}

export interface ListQuarantineInput {
  connection: string;
  stream: string;
  quarantineIds: string[];
}

/** Windows with pages in quarantine, in the order of their starts. */
export interface QuarantinedWindow {
  window: Interval;
  /** Pages asked for. */
  asked: string[];
  /** Other pages of the same window that are open. */
  others: string[];
}

export interface ListedQuarantine {
  windows: QuarantinedWindow[];
  /** Ids that no page in quarantine has. */
  unknown: string[];
}

export interface SettleQuarantineInput {
  connection: string;
  stream: string;
  quarantineIds: string[];
  state: 'skipped' | 'released';
  by: string;
}

export interface SettledQuarantine {
  /** Pages that were not in that state before. */
  changed: number;
  /** Windows that now count as loaded completely, as all their pages in quarantine are skipped. */
  closed: Interval[];
}
