/** Something a person should look at, as it goes into the log and to a webhook: counts and names, nobody's data. */

/** `coverage`: a reconciliation found too little; `visibility`: what the source hides has changed; `intervals`: gaps. */
export type AlertKind = 'coverage' | 'visibility' | 'intervals';

export type AlertDetail =
  string | number | boolean | null | readonly AlertDetail[] | { readonly [name: string]: AlertDetail };

export interface Alert {
  /** Version of this shape. */
  v: 1;
  kind: AlertKind;
  severity: 'warning' | 'error';
  connection: string;
  /** Null when it is about the connection as a whole. */
  stream: string | null;
  /** One sentence. */
  summary: string;
  /** Facts behind the sentence; what they are depends on the kind. */
  details: { readonly [name: string]: AlertDetail };
  /** When it was found, ISO 8601 UTC. */
  at: string;
  /** Workflow and run that found it. */
  workflowId: string;
  runId: string;
}
