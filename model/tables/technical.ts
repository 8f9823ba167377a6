/** Columns that several tables share, defined once so that they mean the same everywhere. */

export const identity = [
  {
    name: 'connection',
    type: 'string',
    nullable: false,
    description: 'Name of the connection in tidemark.yaml; keeps the ids of two organisations apart.',
  },
  {
    name: 'source_system',
    type: 'string',
    nullable: false,
    values: ['genesys', 'cxone'],
    description: 'Vendor the row came from: genesys or cxone.',
  },
] as const;

export const provenance = [
  {
    name: 'extracted_at',
    type: 'timestamp',
    nullable: false,
    description: 'When the vendor answered with this data (UTC).',
  },
  {
    name: 'batch_id',
    type: 'string',
    nullable: false,
    description: 'Batch that brought the row; see load_audit.',
  },
  {
    name: 'loaded_at',
    type: 'timestamp',
    nullable: false,
    filledByLoad: true,
    description: 'When the batch was committed to the warehouse (UTC).',
  },
] as const;

export const lifecycle = [
  {
    name: 'first_seen_at',
    type: 'timestamp',
    nullable: false,
    filledByLoad: true,
    description: 'When this key was loaded for the first time (UTC); kept over all later versions.',
  },
  {
    name: 'is_deleted',
    type: 'boolean',
    nullable: false,
    filledByLoad: true,
    description: 'True when the source no longer has the row; rows are never removed.',
  },
  {
    name: 'deleted_at',
    type: 'timestamp',
    nullable: true,
    filledByLoad: true,
    description: 'When the warehouse learned that the source no longer has the row (UTC).',
  },
] as const;

export const version = [
  {
    name: 'change_stamp',
    type: 'timestamp',
    nullable: false,
    description: "The source's own time of last change (UTC): the stale guard of every merge.",
  },
  {
    name: 'content_hash',
    type: 'string',
    nullable: false,
    description: 'SHA-256 over the canonical values of the row and its parts; equal means nothing changed.',
  },
] as const;

export const raw = {
  name: 'raw',
  type: 'json',
  nullable: false,
  personal: true,
  description: "The source's JSON as it came, unknown fields included.",
} as const;
