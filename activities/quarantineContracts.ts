/** What travels about pages in quarantine. Types only. */
import type { Interval } from '../model/interval.js';
import type { BatchRef } from './contracts.js';

export interface KeepQuarantinedInput {
  batch: BatchRef;
}

export interface ListQuarantineInput {
  connection: string;
  stream: string;
  /** null: all open pages. */
  quarantineIds: string[] | null;
  /** Only windows behind this one, in their order. */
  after: Interval | null;
}

/** A window with pages in quarantine. */
export interface QuarantinedWindow {
  window: Interval;
  /** Pages asked for. */
  asked: string[];
  /** Other pages of the same window that are open. */
  others: string[];
}

export interface ListedQuarantine {
  /** In the order of their starts and ends; of many the first. */
  windows: QuarantinedWindow[];
  /** How many windows are behind these. */
  further: number;
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
