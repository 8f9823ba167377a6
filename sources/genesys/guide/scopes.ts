/** Scopes of the guide contract: what opens what, and which no export needs. Pure. */
import type { Opens } from '../../http/scopeDiagnosis.js';
import type { GenesysStream } from '../streams.js';

export const scopes = {
  evaluations: 'quality:evaluation:read',
  templates: 'quality:template:read',
  metrics: 'quality:metric:read',
  assessments: 'quality:assessment:read',
  feedback: 'quality:feedback:read',
  divisions: 'division:read',
  conversations: 'conversation:view',
} as const;

const byStream = {
  evaluations: [scopes.evaluations, scopes.templates],
  assessments: [scopes.assessments],
  csat: [scopes.evaluations],
  feedback: [scopes.feedback],
  divisions: [],
} as const satisfies Record<GenesysStream['name'], readonly string[]>;

/** A stream with what all streams may be told. */
export type StreamOf<N extends GenesysStream['name']> = Extract<GenesysStream, { name: N }>;

/** What reading a stream takes; every stream brings the divisions along. */
export function scopesOf(stream: GenesysStream): readonly string[] {
  const needsConversations =
    stream.conversations === true ||
    (stream.name === 'evaluations' && stream.discovery === 'conversation-details');
  return [...byStream[stream.name], ...(needsConversations ? [scopes.conversations] : []), scopes.divisions];
}

/** Scopes that open whatever begins as they do. */
const readonly: readonly { scope: string; opens: (needed: string) => boolean }[] = [
  { scope: 'quality:readonly', opens: (needed) => needed.startsWith('quality:') },
  { scope: 'analytics:readonly', opens: (needed) => needed === scopes.conversations },
];

export const opens: Opens = (granted, needed) =>
  granted === needed || readonly.some((wide) => wide.scope === granted && wide.opens(needed));
