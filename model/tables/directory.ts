import { identity, lifecycle, provenance, raw, version } from './technical.js';

export const users = {
  name: 'users',
  kind: 'versioned',
  grain: 'one user of the organisation, inactive and deleted ones included',
  key: ['connection', 'user_id'],
  columns: [
    ...identity,
    { name: 'user_id', type: 'string', nullable: false, description: "The source's id of the user." },
    { name: 'name', type: 'string', nullable: true, personal: true, description: 'Full name of the user.' },
    {
      name: 'email',
      type: 'string',
      nullable: true,
      personal: true,
      description: 'Mail address of the user.',
    },
    { name: 'state', type: 'string', nullable: true, description: 'active, inactive or deleted.' },
    { name: 'division_id', type: 'string', nullable: true, description: 'Home division of the user.' },
    { name: 'title', type: 'string', nullable: true, description: 'Job title of the user.' },
    {
      name: 'department',
      type: 'string',
      nullable: true,
      description: 'Department that the user belongs to.',
    },
    raw,
    ...version,
    ...provenance,
    ...lifecycle,
  ],
} as const;

export const queues = {
  name: 'queues',
  kind: 'versioned',
  grain: 'one routing queue',
  key: ['connection', 'queue_id'],
  columns: [
    ...identity,
    { name: 'queue_id', type: 'string', nullable: false, description: "The source's id of the queue." },
    { name: 'name', type: 'string', nullable: true, description: 'Name of the queue.' },
    { name: 'division_id', type: 'string', nullable: true, description: 'Division that owns the queue.' },
    raw,
    ...version,
    ...provenance,
    ...lifecycle,
  ],
} as const;

export const divisions = {
  name: 'divisions',
  kind: 'versioned',
  grain: 'one division of the organisation, also those the client may not read evaluations of',
  key: ['connection', 'division_id'],
  columns: [
    ...identity,
    { name: 'division_id', type: 'string', nullable: false, description: "The source's id of the division." },
    { name: 'name', type: 'string', nullable: true, description: 'Name of the division.' },
    { name: 'description', type: 'string', nullable: true, description: 'Description of the division.' },
    {
      name: 'is_home',
      type: 'boolean',
      nullable: true,
      description: 'The home division of the organisation.',
    },
    {
      name: 'is_granted',
      type: 'boolean',
      nullable: true,
      description: 'The client may read evaluations of it; null where the source does not say.',
    },
    raw,
    ...version,
    ...provenance,
    ...lifecycle,
  ],
} as const;
