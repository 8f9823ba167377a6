/**
 * The clock the simulated organisation lives by. It runs with real time from wherever it is set, so a test can
 * jump to the day a scheduled release falls due, or stand still while two exports are compared.
 */
export class VirtualClock {
  #offset: number;
  #frozenAt: number | undefined;
  #advanced = 0;
  readonly #startedAt = performance.now();

  /** @param start the instant to start from, in epoch milliseconds; real time when omitted. */
  constructor(start?: number) {
    this.#offset = start === undefined ? 0 : start - Date.now();
  }

  /** The organisation's present, in epoch milliseconds. */
  now(): number {
    return this.#frozenAt ?? Date.now() + this.#offset;
  }

  /**
   * Milliseconds the simulator has been up for, plus every forward jump of the clock. Token lifetimes count by
   * this: a frozen clock must not keep a token alive for ever, and a jump of a day must expire it.
   */
  elapsed(): number {
    return performance.now() - this.#startedAt + this.#advanced;
  }

  /** Moves the present to an instant, forward or back. */
  set(instant: number): void {
    const jump = instant - this.now();
    if (jump > 0) this.#advanced += jump;
    if (this.#frozenAt === undefined) this.#offset = instant - Date.now();
    else this.#frozenAt = instant;
  }

  /** Moves the present forward by some milliseconds. */
  advance(milliseconds: number): void {
    this.set(this.now() + milliseconds);
  }

  /** Stops the clock where it stands. */
  freeze(): void {
    this.#frozenAt ??= this.now();
  }

  /** Lets a frozen clock run on from where it stopped. */
  resume(): void {
    if (this.#frozenAt === undefined) return;
    this.#offset = this.#frozenAt - Date.now();
    this.#frozenAt = undefined;
  }

  /** Whether the clock stands still. */
  get frozen(): boolean {
    return this.#frozenAt !== undefined;
  }
}
