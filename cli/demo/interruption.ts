/** The signals that end a demonstration: of a terminal, of its closing, of whoever ends processes. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export class Interrupted extends Error {
  constructor(readonly signalName: NodeJS.Signals) {
    super(`Ended by ${signalName} before it was over.`);
  }
}

export interface Interruption {
  /** Aborts with Interrupted. */
  signal: AbortSignal;
  /** Resolves with the first signal from now on, which then interrupts nothing. */
  awaited(): Promise<void>;
}

/** Takes signals over, each of them once: whoever sends one again ends the process at once. */
export function listenForSignals(): Interruption {
  const controller = new AbortController();
  let onSignal = (name: NodeJS.Signals) => controller.abort(new Interrupted(name));
  for (const name of signals) process.once(name, () => onSignal(name));
  return {
    signal: controller.signal,
    awaited: async () =>
      new Promise((resolve) => {
        onSignal = () => resolve();
      }),
  };
}
