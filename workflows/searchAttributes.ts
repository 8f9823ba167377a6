import { defineSearchAttributeKey } from '@temporalio/common';

/** Search attributes to list runs by; a cluster must have them registered before a worker starts. */
export const searchAttributes = {
  connection: defineSearchAttributeKey('TidemarkConnection', 'KEYWORD'),
  stream: defineSearchAttributeKey('TidemarkStream', 'KEYWORD'),
  intervalStart: defineSearchAttributeKey('TidemarkIntervalStart', 'DATETIME'),
  highWaterMark: defineSearchAttributeKey('TidemarkHighWaterMark', 'DATETIME'),
  rows: defineSearchAttributeKey('TidemarkRows', 'INT'),
} as const;
