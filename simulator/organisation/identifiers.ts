/**
 * Ids that look like the vendor's UUIDs and lead back to what they name, so that half a million evaluations need no
 * map. A kind and an index are encrypted by a small Feistel network keyed by the seed; the rest of the id is a check.
 */
import { mix } from './random.js';

/** In this order for ever: an id depends on the place of its kind. */
const kinds = [
  'evaluation',
  'conversation',
  'calibration',
  'form',
  'formContext',
  'group',
  'groupContext',
  'question',
  'questionContext',
  'option',
  'optionContext',
  'user',
  'queue',
  'team',
  'division',
  'evaluationContext',
  'survey',
  'surveyForm',
  'surveyFormContext',
  'surveyGroup',
  'surveyGroupContext',
  'surveyQuestion',
  'surveyQuestionContext',
  'surveyOption',
  'surveyOptionContext',
  'feedback',
  'annotation',
  'skill',
  'role',
  'tenant',
  'segment',
  'selfAssessment',
  'evaluationSource',
  'mail',
] as const;

export type IdKind = (typeof kinds)[number];

export interface Identity {
  kind: IdKind;
  index: number;
  /** Which of several things at the index: a member of a calibration, a revision, a version. */
  part: number;
}

const rounds = 4;
const numberOfKind = new Map<IdKind, number>(kinds.map((kind, index) => [kind, index]));
const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const hex = (word: number) =>
  `${hexOfByte[word >>> 24]}${hexOfByte[(word >>> 16) & 255]}${hexOfByte[(word >>> 8) & 255]}${hexOfByte[word & 255]}`;

export class Identifiers {
  constructor(private readonly seed: number) {}

  /** @param part from 0 to 65,535 */
  id(kind: IdKind, index: number, part = 0): string {
    let left = (((numberOfKind.get(kind) ?? 0) << 16) | part) >>> 0;
    let right = index >>> 0;
    for (let round = 0; round < rounds; round++) {
      const next = (left ^ mix(this.seed, round, right)) >>> 0;
      left = right;
      right = next;
    }
    const check = mix(this.seed, left, right, 1);
    const digits = hex(left) + hex(right) + hex(check) + hex(mix(this.seed, left, right, 2));
    return (
      `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}` +
      `-${'89ab'[check & 3]}${digits[12]}${digits.slice(18, 20)}-${digits.slice(20, 32)}`
    );
  }

  /** What an id names; undefined for an id of no making of ours. */
  resolve(id: string): Identity | undefined {
    const match =
      /^([0-9a-f]{8})-([0-9a-f]{4})-4([0-9a-f]{3})-[89ab]([0-9a-f])[0-9a-f]{2}-[0-9a-f]{12}$/.exec(id);
    if (match === null) return undefined;
    let left = Number.parseInt(match[1] ?? '', 16);
    let right = Number.parseInt(`${match[2]}${match[4]}${match[3]}`, 16);
    for (let round = rounds - 1; round >= 0; round--) {
      [left, right] = [(right ^ mix(this.seed, round, left)) >>> 0, left];
    }
    const kind = kinds[left >>> 16];
    if (kind === undefined) return undefined;
    const identity = { kind, index: right, part: left & 0xffff };
    return this.id(kind, identity.index, identity.part) === id ? identity : undefined;
  }
}
