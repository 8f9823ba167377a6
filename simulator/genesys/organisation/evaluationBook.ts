/** The state of every evaluation at the organisation's present, from its moments and from what a script did to it. */
import { fillSheet } from './answerSheet.js';
import type { Directory } from './directory.js';
import type { FormCatalogue } from './formCatalogue.js';
import type { Identifiers } from './identifiers.js';
import type { EvaluationEvent, EvaluationState, EvaluationStatus, EventKind } from './organisation.js';
import { chance, mix, pickFrom } from './random.js';
import { scoreSheet } from './score.js';
import type { Moments, Timeline, Track } from './timeline.js';
import type { EvaluationForm } from './vendorModels.js';

/** One evaluation: an index and a part of it. */
export interface Unit {
  index: number;
  part: number;
}

/** What a script changed about a unit; replaces what nature had in store for it. */
export interface Overlay {
  moments: Partial<Moments>;
  /** How often it was scored: each time gives other answers. */
  attempt: number;
  form?: EvaluationForm;
  neverRelease?: boolean;
  /** For a scripted revision: the unit it replaced, and its number. */
  replaces?: { unit: Unit; version: number };
}

/** Scripted revisions take parts from here on, so they never meet the parts that nature has. */
export const firstScriptedPart = 16;

const mediaTypes = [['CALL'], ['CALL'], ['CALL', 'SCREEN_MONITORING'], ['EMAIL'], ['MESSAGE'], ['CHAT']];

export class EvaluationBook {
  private readonly overlays = new Map<string, { unit: Unit; overlay: Overlay }>();

  constructor(
    private readonly seed: number,
    readonly timeline: Timeline,
    private readonly ids: Identifiers,
    private readonly directory: Directory,
    private readonly forms: FormCatalogue,
    readonly now: () => number,
  ) {}

  overlayOf(unit: Unit): Overlay | undefined {
    return this.overlays.get(`${unit.index}:${unit.part}`)?.overlay;
  }

  /** Lays changes over a unit, on top of earlier ones. */
  lay(unit: Unit, change: Partial<Overlay>): void {
    const before = this.overlayOf(unit) ?? { moments: {}, attempt: 0 };
    const overlay = { ...before, ...change, moments: { ...before.moments, ...change.moments } };
    this.overlays.set(`${unit.index}:${unit.part}`, { unit, overlay });
  }

  /** Units that a script touched or made. */
  scripted(): Unit[] {
    return [...this.overlays.values()].map(({ unit }) => unit);
  }

  /** Parts of an index, by nature and by script. */
  parts(index: number): number[] {
    const scripted = this.scripted()
      .filter((unit) => unit.index === index && unit.part >= firstScriptedPart)
      .map(({ part }) => part);
    return [...this.timeline.parts(index), ...scripted];
  }

  unitOf(evaluationId: string): Unit | undefined {
    const identity = this.ids.resolve(evaluationId);
    if (identity?.kind !== 'evaluation' || identity.index >= this.timeline.count) return undefined;
    const unit = { index: identity.index, part: identity.part };
    return this.parts(unit.index).includes(unit.part) ? unit : undefined;
  }

  idOf(unit: Unit): string {
    return this.ids.id('evaluation', unit.index, unit.part);
  }

  moments(unit: Unit): Moments {
    const overlay = this.overlayOf(unit);
    const natural = this.timeline.moments(unit.index, unit.part >= firstScriptedPart ? 0 : unit.part);
    return overlay === undefined ? natural : { ...natural, ...overlay.moments };
  }

  /** The state at a time; undefined before the creation and after the deletion. */
  state(unit: Unit, now = this.now()): EvaluationState | undefined {
    const moments = this.moments(unit);
    const appeared = moments.revisionCreated ?? moments.created;
    if (appeared > now || past(moments.deleted, now)) return undefined;
    return this.describe(unit, moments, now);
  }

  /** Data events of a unit in order of time, up to a time. */
  events(unit: Unit, now = this.now()): EvaluationEvent[] {
    const moments = this.moments(unit);
    const released =
      moments.release !== undefined && moments.release !== moments.submitted ? moments.release : undefined;
    const happenings: [EventKind, number | undefined][] = [
      ['created', moments.revisionCreated ?? moments.created],
      ['submitted', moments.submitted],
      ['rescored', moments.silentlyRescored ? undefined : moments.rescored],
      ['released', released],
      ['retracted', moments.retracted],
      ['disputed', moments.disputed],
      ['signedOff', moments.signedOff],
      ['deleted', moments.deleted],
    ];
    const beforeDeletion = past(moments.deleted, now) ? (moments.deleted ?? now) - 1 : now;
    return happenings
      .filter((each): each is [EventKind, number] => past(each[1], now))
      .filter(([kind, time]) => kind === 'deleted' || time <= beforeDeletion)
      .sort((a, b) => a[1] - b[1])
      .map(([kind, time]) => {
        const evaluation = this.describe(unit, moments, beforeDeletion);
        return { kind, time, evaluation };
      });
  }

  /** Units of nature on a track whose place lies in [from, to), in order; those a script touched left out. */
  *naturalUnits(
    from: number,
    to: number,
    { offset, kinds }: Track,
    order: 'ASC' | 'DESC',
  ): Generator<{ unit: Unit; time: number }> {
    const first = this.timeline.firstAtOrAfter(from - offset);
    const last = this.timeline.firstAtOrAfter(to - offset) - 1;
    const step = order === 'ASC' ? 1 : -1;
    for (let index = order === 'ASC' ? first : last; index >= first && index <= last; index += step) {
      if (!kinds.has(this.timeline.kind(index))) continue;
      const time = this.timeline.base(index) + offset;
      for (const part of this.timeline.parts(index)) {
        const unit = { index, part };
        if (this.overlays.size === 0 || this.overlayOf(unit) === undefined) yield { unit, time };
      }
    }
  }

  private describe(unit: Unit, moments: Moments, now: number): EvaluationState {
    const { index, part } = unit;
    const overlay = this.overlayOf(unit);
    const kind = this.timeline.kind(index);
    const agent = pickFrom(this.directory.agents, chance(this.seed, index, 1));
    const systemSubmitted = kind === 'automated' && overlay?.replaces === undefined;
    const submitted = past(moments.submitted, now);
    const rescored = past(moments.rescored, now);
    const attempt = (overlay?.attempt ?? 0) + (rescored && overlay?.moments.rescored === undefined ? 1 : 0);
    const form = overlay?.form ?? this.forms.currentAt(mix(this.seed, index, 2) % 4, moments.created);
    const evaluator = systemSubmitted
      ? undefined
      : this.evaluatorOf(index, kind === 'calibration' ? part : 0);
    const queue =
      chance(this.seed, index, 3) < 0.6
        ? undefined
        : pickFrom(this.directory.queues, chance(this.seed, index, 4));
    const sheetSeed = mix(this.seed, index, part, attempt, 5);
    const skill = 0.55 + 0.4 * chance(this.seed, Number.parseInt(agent.id.slice(0, 6), 16), 6);
    const predecessor =
      overlay?.replaces?.unit ?? (kind === 'revised' && part === 1 ? { index, part: 0 } : undefined);
    const version = overlay?.replaces?.version ?? (predecessor === undefined ? 1 : 2);
    let sheet: ReturnType<typeof fillSheet> | undefined;
    const filled = () => (sheet ??= fillSheet(form, sheetSeed, skill, systemSubmitted));
    return {
      id: this.idOf(unit),
      index,
      contextId: this.ids.id('evaluationContext', index, kind === 'calibration' ? part : 0),
      conversationId: this.ids.id('conversation', index),
      status: this.statusOf(index, moments, now),
      form,
      agent,
      evaluator,
      assignee: submitted ? undefined : evaluator,
      queue,
      team: this.directory.teamOf(agent),
      divisionIds: this.divisionsOf(index, agent.division.id),
      mediaType: pickFrom(mediaTypes, chance(this.seed, index, 7)),
      systemSubmitted,
      calibrationId: kind === 'calibration' ? this.ids.id('calibration', index) : undefined,
      isScoringIndex: kind === 'calibration' && part === 0,
      get scoring() {
        if (!submitted) return undefined;
        const { chosen, naGroups, comments, privateComments } = filled();
        return scoreSheet(form, chosen, naGroups, {
          ...(comments === undefined ? {} : { comments }),
          ...(privateComments === undefined ? {} : { privateComments }),
          ...(past(moments.signedOff, now) ? { agentComments: 'Read and understood.' } : {}),
        });
      },
      get chosen() {
        return submitted ? filled().chosen : [];
      },
      neverRelease: submitted && moments.release === undefined,
      releaseDate: submitted ? moments.release : undefined,
      createdDate: moments.created,
      assignedDate: moments.created,
      submittedDate: submitted
        ? rescored && !moments.silentlyRescored
          ? moments.rescored
          : moments.submitted
        : undefined,
      revisionCreatedDate: moments.revisionCreated,
      changedDate: lastChange(moments, now),
      conversationDate: moments.conversation,
      conversationEndDate: moments.conversation + 60_000 + Math.floor(chance(this.seed, index, 8) * 840_000),
      rescore: rescored,
      agentHasRead: past(moments.signedOff, now),
      disputeCount: past(moments.disputed, now) ? 1 : 0,
      version,
      retractedEvaluationId: predecessor === undefined ? undefined : this.idOf(predecessor),
      versionIds: predecessor === undefined ? [this.idOf(unit)] : [this.idOf(unit), this.idOf(predecessor)],
    };
  }

  /** Members of a calibration are different evaluators. */
  evaluatorOf(index: number, member: number) {
    const { evaluators } = this.directory;
    const position = (mix(this.seed, index, 9) + member) % evaluators.length;
    return evaluators[position] ?? pickFrom(evaluators, 0);
  }

  /** A few conversations touched the legal division: who is not granted it sees them redacted. */
  private divisionsOf(index: number, agentDivision: string): string[] {
    const legal = this.directory.restrictedDivisionIds[0];
    return legal !== undefined && chance(this.seed, index, 10) < 0.005
      ? [agentDivision, legal]
      : [agentDivision];
  }

  private statusOf(index: number, moments: Moments, now: number): EvaluationStatus {
    if (past(moments.retracted, now)) return 'RETRACTED';
    if (!past(moments.submitted, now)) return chance(this.seed, index, 11) < 0.5 ? 'PENDING' : 'INPROGRESS';
    return past(moments.disputed, now) ? 'INREVIEW' : 'FINISHED';
  }
}

function past(moment: number | undefined, now: number): moment is number {
  return moment !== undefined && moment <= now;
}

function lastChange(moments: Moments, now: number): number {
  const candidates = [
    moments.submitted,
    moments.silentlyRescored ? undefined : moments.rescored,
    moments.retracted,
    moments.disputed,
    moments.signedOff,
    moments.changed,
    moments.revisionCreated,
  ];
  return candidates.reduce<number>(
    (latest, moment) => (past(moment, now) ? Math.max(latest, moment) : latest),
    moments.created,
  );
}
