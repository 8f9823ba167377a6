/** What scripts did to evaluations, with when they did it: so that one can look back past it. */
import type { Moments } from './timeline.js';
import type { User } from './vendorModels.js';

/** One evaluation: an index and a part of it. */
export interface Unit {
  index: number;
  part: number;
}

/** What a script changed about a unit; replaces what nature had in store for it. */
export interface Overlay {
  moments: Partial<Moments>;
  /** How often a script had it scored: each time gives other answers. */
  attempt: number;
  /** The version it is scored on by its id, as the version itself may be edited. */
  formId?: string;
  aiScoring?: { pending: boolean };
  neverRelease?: boolean;
  /** For a scripted revision: the unit it replaced, and its number. */
  replaces?: { unit: Unit; version: number };
}

/** The agent of an index beyond nature's, and how well it did. */
export interface Added {
  agent: User;
  skill: number | undefined;
}

interface Dated<T> {
  at: number;
  value: T;
}

export class Scripting {
  private readonly overlays = new Map<string, { unit: Unit; laid: Dated<Overlay>[] }>();

  /** @param added what scripts added, in order of its indices */
  constructor(private readonly added: Dated<Added>[] = []) {}

  /** How many indices scripts added. */
  get addedCount(): number {
    return this.added.length;
  }

  /** Whether a script touched anything. */
  get isEmpty(): boolean {
    return this.overlays.size === 0;
  }

  addedAt(position: number): Added | undefined {
    return this.added[position]?.value;
  }

  add(added: Added, at: number): void {
    this.added.push({ at, value: added });
  }

  overlayOf(unit: Unit): Overlay | undefined {
    return this.overlays.get(keyOf(unit))?.laid.at(-1)?.value;
  }

  lay(unit: Unit, overlay: Overlay, at: number): void {
    const entry = this.overlays.get(keyOf(unit)) ?? { unit, laid: [] };
    entry.laid.push({ at, value: overlay });
    this.overlays.set(keyOf(unit), entry);
  }

  units(): Unit[] {
    return [...this.overlays.values()].map(({ unit }) => unit);
  }

  /** All that was done up to an instant, epoch milliseconds. */
  until(instant: number): Scripting {
    const then = new Scripting(this.added.filter(({ at }) => at <= instant));
    for (const { unit, laid } of this.overlays.values()) {
      const last = laid.findLast(({ at }) => at <= instant);
      if (last !== undefined) then.lay(unit, last.value, last.at);
    }
    return then;
  }
}

const keyOf = ({ index, part }: Unit) => `${index}:${part}`;
