/**
 * When things happen. Everything follows from an evaluation's index: submissions rise with the index, and every other
 * moment of a kind lies at a fixed distance from the submission, so that it rises too and is found by bisection.
 */
import type { DateField } from './organisation.js';
import { chance } from './random.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export type Kind =
  | 'plain'
  | 'automated'
  | 'calibration'
  | 'pending'
  | 'rescored'
  | 'revised'
  | 'disputed'
  | 'signedOff'
  | 'deleted';

const shares: readonly (readonly [Kind, number])[] = [
  ['pending', 0.01],
  ['rescored', 0.03],
  ['revised', 0.02],
  ['disputed', 0.01],
  ['signedOff', 0.1],
  ['deleted', 0.01],
  ['automated', 0.2],
];

/** One calibration for so many evaluations. */
const calibrationEvery = 500;
const calibrationMembers = 3;
const memberDistance = 1_000;

/** Moments of one evaluation, epoch milliseconds; undefined when the thing never happens. */
export interface Moments {
  conversation: number;
  created: number;
  submitted: number | undefined;
  rescored: number | undefined;
  /** Rescoring that no date tells of. */
  silentlyRescored: boolean;
  retracted: number | undefined;
  disputed: number | undefined;
  signedOff: number | undefined;
  deleted: number | undefined;
  /** A deletion that no data event tells of. */
  silentlyDeleted: boolean;
  /** Release date that the evaluation carries once it is submitted; undefined: never released. */
  release: number | undefined;
  /** A change that none of the other moments stands for. */
  changed: number | undefined;
  revisionCreated: number | undefined;
}

const distances = {
  rescored: 2 * day,
  revised: 3 * day,
  disputed: 1 * day,
  signedOff: 6 * hour,
  deleted: 4 * day,
} as const;
const createLeads = { people: 2 * hour, automated: minute, pending: 0 } as const;
const conversationLags = { recent: 26 * hour, old: 20 * day, automated: 15 * minute } as const;
const releaseDelays = [0, 5 * day, 45 * day] as const;

/** A place in which moments of some kinds lie: at a distance from the base of their index. */
export interface Track {
  offset: number;
  kinds: ReadonlySet<Kind>;
}

const track = (offset: number, ...kinds: Kind[]): Track => ({ offset, kinds: new Set(kinds) });
const people: Kind[] = ['plain', 'rescored', 'revised', 'disputed', 'signedOff', 'deleted'];
const laterMembers = [1, 2].map((member) => member * memberDistance);
const createdTracks: Track[] = [
  track(-createLeads.people, ...people, 'calibration'),
  ...laterMembers.map((distance) => track(distance - createLeads.people, 'calibration')),
  track(-createLeads.automated, 'automated'),
  track(-createLeads.pending, 'pending'),
];
const submittedTracks: Track[] = [
  track(0, ...people, 'automated', 'calibration'),
  ...laterMembers.map((distance) => track(distance, 'calibration')),
  track(distances.revised, 'revised'),
];
const delayedReleases: Track[] = [track(releaseDelays[1], ...people), track(releaseDelays[2], ...people)];

/** Where the dates of evaluations lie, by field. */
export const dateTracks: Record<DateField | 'changedDate', readonly Track[]> = {
  createdDate: createdTracks,
  submittedDate: [...submittedTracks, track(distances.rescored, 'rescored')],
  releaseDate: [...submittedTracks, ...delayedReleases],
  conversationDate: [
    ...([conversationLags.recent, conversationLags.old] as const).flatMap((lag) => [
      track(-createLeads.people - lag, ...people, 'calibration'),
      track(-createLeads.pending - lag, 'pending'),
    ]),
    track(-createLeads.automated - conversationLags.automated, 'automated'),
  ],
  changedDate: [
    ...createdTracks,
    ...submittedTracks,
    track(distances.rescored, 'rescored'),
    track(distances.disputed, 'disputed'),
    track(distances.signedOff, 'signedOff'),
  ],
};

/** Places at a distance from the conversations, or from the anchors of all evaluations. */
export const afterConversation = (distance: number): Track[] =>
  dateTracks.conversationDate.map(({ offset, kinds }) => ({ offset: offset + distance, kinds }));
export const afterAnchor = (distance: number): Track =>
  track(distance, ...people, 'automated', 'calibration', 'pending');

/** Where data events lie. */
export const eventTracks: readonly Track[] = [
  ...createdTracks,
  ...submittedTracks,
  ...delayedReleases,
  track(distances.rescored, 'rescored'),
  track(distances.disputed, 'disputed'),
  track(distances.signedOff, 'signedOff'),
  track(distances.deleted, 'deleted'),
];

export class Timeline {
  private readonly step: number;
  private readonly groupStart: number;

  constructor(
    private readonly options: {
      seed: number;
      evaluations: number;
      from: number;
      to: number;
      sameMillisecond: number;
    },
  ) {
    this.step = (options.to - options.from) / options.evaluations;
    this.groupStart = Math.floor(options.evaluations / 2);
  }

  get count(): number {
    return this.options.evaluations;
  }

  /** The moment an evaluation is anchored at: its submission, or the creation of one that is never submitted. */
  base(index: number): number {
    const inGroup = index >= this.groupStart && index < this.groupStart + this.options.sameMillisecond;
    const anchor = inGroup ? this.groupStart : index;
    const jitter = chance(this.options.seed, anchor, 101) * this.step * 0.9;
    return this.options.from + Math.floor(this.step * anchor + jitter);
  }

  /** First index whose base is at or after a time. */
  firstAtOrAfter(time: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.base(middle) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Indices on a track whose place lies in [from, to), in order. */
  *indices(
    from: number,
    to: number,
    { offset, kinds }: Track,
    order: 'ASC' | 'DESC' = 'ASC',
  ): Generator<{ index: number; time: number }> {
    const first = this.firstAtOrAfter(from - offset);
    const last = this.firstAtOrAfter(to - offset) - 1;
    const step = order === 'ASC' ? 1 : -1;
    for (let index = order === 'ASC' ? first : last; index >= first && index <= last; index += step) {
      if (kinds.has(this.kind(index))) yield { index, time: this.base(index) + offset };
    }
  }

  /** What happens to an evaluation by nature; nothing to those beyond the span, which scripts add. */
  kind(index: number): Kind {
    if (index >= this.count) return 'plain';
    if (index % calibrationEvery === calibrationEvery >>> 1) return 'calibration';
    let position = chance(this.options.seed, index, 102);
    for (const [kind, share] of shares) {
      if (position < share) return kind;
      position -= share;
    }
    return 'plain';
  }

  /** Parts an index has by nature: members of a calibration, a revision beside its predecessor. */
  parts(index: number): number[] {
    const kind = this.kind(index);
    if (kind === 'calibration') return Array.from({ length: calibrationMembers }, (_, member) => member);
    return kind === 'revised' ? [0, 1] : [0];
  }

  moments(index: number, part: number): Moments {
    const kind = this.kind(index);
    const { seed } = this.options;
    const base = this.base(index) + (kind === 'calibration' ? part * memberDistance : 0);
    const lead = createLeads[kind === 'automated' || kind === 'pending' ? kind : 'people'];
    const created = base - lead;
    const lag =
      kind === 'automated'
        ? conversationLags.automated
        : conversationLags[chance(seed, index, 103) < 0.1 ? 'old' : 'recent'];
    const revision = kind === 'revised' && part === 1;
    const at = (distance: number, happens: boolean) => (happens ? base + distance : undefined);
    return {
      conversation: this.base(index) - lead - lag,
      created,
      submitted: kind === 'pending' ? undefined : revision ? base + distances.revised : base,
      rescored: at(distances.rescored, kind === 'rescored'),
      silentlyRescored: false,
      retracted: at(distances.revised, kind === 'revised' && part === 0),
      disputed: at(distances.disputed, kind === 'disputed'),
      signedOff: at(distances.signedOff, kind === 'signedOff'),
      deleted: at(distances.deleted, kind === 'deleted'),
      silentlyDeleted: false,
      release: kind === 'pending' ? undefined : this.release(index, revision, base, kind),
      changed: undefined,
      revisionCreated: at(distances.revised, revision),
    };
  }

  private release(index: number, revision: boolean, base: number, kind: Kind): number | undefined {
    if (revision) return base + distances.revised;
    if (kind === 'automated' || kind === 'calibration') return base;
    const position = chance(this.options.seed, index, 104);
    if (position < 0.05) return undefined;
    return (
      base + (position < 0.13 ? releaseDelays[1] : position < 0.15 ? releaseDelays[2] : releaseDelays[0])
    );
  }
}
