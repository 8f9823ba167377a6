/** Something a person should look at, as it goes into the log and to a webhook: counts and names, nobody's data. */

/**
 * `coverage`: a reconciliation found too little; `visibility`: what the source hides has changed; `intervals`: gaps;
 * `runs`: those of a schedule begin to fail, or complete again; `quarantine`: pages that people have to decide about.
 */
export type AlertKind = 'coverage' | 'visibility' | 'intervals' | 'runs' | 'quarantine';

export type AlertDetail =
  string | number | boolean | null | readonly AlertDetail[] | { readonly [name: string]: AlertDetail };

export interface Alert {
  /** Version of this shape. */
  v: 1;
  kind: AlertKind;
  /** `error`: data is missing; `info`: there is nothing to be done. */
  severity: 'info' | 'warning' | 'error';
  connection: string;
  /** Null when it is about the connection as a whole. */
  stream: string | null;
  /** What to tell people: a sentence, and why runs fail. */
  summary: string;
  /** Facts behind the sentence; what they are depends on the kind. */
  details: { readonly [name: string]: AlertDetail };
  /** When it was found, ISO 8601 UTC. */
  at: string;
  /** Workflow and run that found it. */
  workflowId: string;
  runId: string;
}
