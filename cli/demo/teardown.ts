/** What a demonstration has running, and its end. */

export interface Teardown {
  /** Keeps how something that is up now is ended; where all has been ended already, ends it at once and throws. */
  add(stop: () => Promise<void>): Promise<void>;
  /** Ends what is up, the latest first. */
  end(): Promise<void>;
}

/** A demonstration that fails is let go of in the middle of a step: what that step starts yet must not stay. */
export function createTeardown(): Teardown {
  const stops: (() => Promise<void>)[] = [];
  let over = false;
  return {
    add: async (stop) => {
      if (!over) {
        stops.push(stop);
        return;
      }
      await stop();
      throw new Error('the demonstration has ended');
    },
    end: async () => {
      over = true;
      for (const stop of stops.reverse()) await stop();
    },
  };
}
