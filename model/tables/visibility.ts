import { identity } from './technical.js';

export const visibility = {
  name: 'visibility',
  kind: 'operational',
  grain: 'what one audit found the source to show or hide, for one aspect and subject',
  key: ['connection', 'stream', 'audit_id', 'aspect', 'subject_id'],
  columns: [
    ...identity,
    { name: 'stream', type: 'string', nullable: false, description: 'Stream of the connection.' },
    {
      name: 'audit_id',
      type: 'string',
      nullable: false,
      description: 'Workflow id and run id of the audit.',
    },
    {
      name: 'aspect',
      type: 'string',
      nullable: false,
      values: [
        ...(['division', 'divisions-at-once', 'site', 'views', 'redacted', 'unlisted'] as const),
        ...(['automated', 'never-released', 'deleted-user', 'left-out-by-settings', 'scorecards'] as const),
      ],
      description:
        'What was looked at. division, site: whether the client may read it; divisions-at-once: whether all divisions ' +
        'together show what they show one by one; views: views of the user that narrow what files hold; redacted: ' +
        'records hidden by lack of permission; unlisted: counted by analytics and not shown by lists; automated: ' +
        'submitted by the system; never-released: finished and not to be released; deleted-user: people who are not ' +
        'active; left-out-by-settings: what sites and queues of the configuration leave out; scorecards: whether any ' +
        'scorecard is a survey by the label or the questions of the configuration.',
    },
    {
      name: 'subject_id',
      type: 'string',
      nullable: false,
      description: 'Id of the division or site, or organisation.',
    },
    {
      name: 'subject_name',
      type: 'string',
      nullable: true,
      description: 'Name of the division; null for the organisation.',
    },
    {
      name: 'records',
      type: 'integer',
      nullable: true,
      description: 'Records concerned; null where they cannot be counted.',
    },
    {
      name: 'is_visible',
      type: 'boolean',
      nullable: true,
      description: 'False when something is hidden from the client; null when the source does not say.',
    },
    { name: 'note', type: 'string', nullable: false, description: 'What it means and what to do.' },
    {
      name: 'is_changed',
      type: 'boolean',
      nullable: false,
      description: 'What the client may see differs from the audit before; never in the first audit.',
    },
    { name: 'audited_at', type: 'timestamp', nullable: false, description: 'When the audit was made (UTC).' },
  ],
} as const;
