/** Pausing and resuming a running workflow, from the command line or the Temporal UI. */
import {
  condition,
  defineQuery,
  defineSignal,
  getExternalWorkflowHandle,
  log,
  setHandler,
} from '@temporalio/workflow';

/** The argument is a note for others: why, and until when. */
export const pauseSignal = defineSignal<[note?: string]>('pause');
export const resumeSignal = defineSignal('resume');

export interface ControlState {
  paused: boolean;
  note: string | null;
  /** ISO 8601 UTC. */
  since: string | null;
}

export const controlQuery = defineQuery<ControlState>('control');

export interface Control {
  readonly state: ControlState;
  /** Waits here while the workflow is paused. What runs already goes on to its next such place. */
  pausePoint(): Promise<void>;
}

/** Lets a workflow be paused; its children, asked for when it happens, are paused with it. */
export function controllable(children: () => readonly string[], changed: () => void = () => {}): Control {
  const state: ControlState = { paused: false, note: null, since: null };
  const tell = async (send: (child: ReturnType<typeof getExternalWorkflowHandle>) => Promise<void>) => {
    for (const workflowId of children()) {
      await send(getExternalWorkflowHandle(workflowId)).catch((error: unknown) => {
        // It has just ended, which is as good.
        log.info('A child could not be told', { workflowId, error: String(error) });
      });
    }
  };
  // A signal that came before is handled while this function runs, and what shows it asks for what it returns.
  const controlIsThere = Promise.resolve();
  setHandler(
    pauseSignal,
    async (note) => {
      Object.assign(state, { paused: true, note: note ?? null, since: new Date().toISOString() });
      await controlIsThere;
      changed();
      await tell(async (child) => child.signal(pauseSignal, note));
    },
    {
      description: 'Stop before the next step that can wait; what runs already is finished. Argument: a note',
    },
  );
  setHandler(
    resumeSignal,
    async () => {
      Object.assign(state, { paused: false, note: null, since: null });
      await controlIsThere;
      changed();
      await tell(async (child) => child.signal(resumeSignal));
    },
    { description: 'Go on after a pause' },
  );
  setHandler(controlQuery, () => state, { description: 'Whether it is paused, since when and why' });
  return {
    state,
    pausePoint: async () => {
      if (state.paused) await condition(() => !state.paused);
    },
  };
}

/** A line of Markdown for the run's details while it is paused. */
export function pauseLines({ paused, note, since }: ControlState): string[] {
  return paused
    ? [`> Paused since ${since ?? 'now'}${note === null ? '' : `: ${note}`}. Signal "resume" goes on.`]
    : [];
}
