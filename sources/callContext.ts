/** What whoever calls a source hands on to every call that goes over the network. */
export interface CallContext {
  /** Aborts waiting and requests alike. */
  signal: AbortSignal;
  /** 1 is served first (intraday), 2 scheduled exports, 3 repair, 4 backfill. */
  priority: 1 | 2 | 3 | 4;
  /** Counts the requests made for this call, sign-in included; calls of one activity share it. */
  meter?: { requests: number };
  /**
   * Reads what the files of the window were shaped into; undefined for a name that nothing was kept under. Only for
   * sources with `jobs`.
   */
  prepared?: (name: string) => Promise<unknown>;
  /** Where answers are kept for another attempt at the same work; absent where what they bring is kept itself. */
  answers?: KeptAnswers;
}

/** Answers of one piece of work, each durable before the next question. */
export interface KeptAnswers {
  /**
   * What an earlier attempt was answered; undefined without that. Each answer once: who asks the same again, as of a job
   * that is not done, wants to know what it is now.
   */
  take(question: string): unknown;
  /** Resolves once the answer is durable. */
  keep(question: string, answer: unknown): Promise<void>;
}
