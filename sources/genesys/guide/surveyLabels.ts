/**
 * Which scorecards of a window are taken for surveys. A label that nobody has is no error of the contract: it shows as
 * surveys that never come, unless somebody says which labels there are.
 */
import { toIso, toMillis, type Interval } from '../../../model/interval.js';
import type { VisibilityFinding } from '../../../model/visibility.js';
import type { ApiClient } from '../../http/apiClient.js';
import { listBegin, onTo, type TokenPosition } from '../../lists/tokenPosition.js';
import type { CallContext } from '../../source.js';
import type { CsatStream } from '../streams.js';
import type { Evaluation } from './schemas.js';
import { answersOf, isSurvey, readSubmitted } from './surveys.js';

/** Templates have some ten sections each; more labels than these help nobody. */
const mostLabels = 20;
/** Lists carry whole evaluations, and labels repeat. */
const enoughEvaluations = 2000;
const day = 86_400_000;

type SubmittedPage = Awaited<ReturnType<typeof readSubmitted>>;

interface Labels {
  /** Evaluations by the label of a scorecard. */
  taken: Map<string, number>;
  passedOver: Map<string, number>;
  evaluations: number;
  surveys: number;
}

/** @param window of whole days, of which the newest are looked at until there are evaluations enough */
export async function auditSurveyLabels(
  api: ApiClient,
  stream: CsatStream,
  window: Interval,
  context: CallContext,
): Promise<VisibilityFinding[]> {
  const labels: Labels = { taken: new Map(), passedOver: new Map(), evaluations: 0, surveys: 0 };
  const [begin, end] = [toMillis(window.start), toMillis(window.end)];
  for (let next = end; next > begin && labels.evaluations < enoughEvaluations; next -= day) {
    const span = { start: toIso(next - day), end: toIso(next - 1) };
    let position: TokenPosition | null = listBegin;
    while (position !== null) {
      const page: SubmittedPage = await readSubmitted(api, stream, span, position.token, context);
      for (const { entity } of page.listed) count(entity, stream, labels);
      const link = page.answer.nextPageUri;
      position = link ? onTo(position, link) : null;
    }
  }
  return [findingOf(stream, labels)];
}

function count(evaluation: Evaluation, stream: CsatStream, labels: Labels): void {
  // The agent's evaluation carries the same answers.
  if (evaluation.isCalibration === true) return;
  labels.evaluations += 1;
  if (isSurvey(evaluation, stream)) labels.surveys += 1;
  const taken = new Set(answersOf(evaluation, stream).map(({ scorecard }) => scorecard.id));
  for (const { id, label } of evaluation.scorecards ?? []) {
    const counts = taken.has(id) ? labels.taken : labels.passedOver;
    counts.set(label ?? '', (counts.get(label ?? '') ?? 0) + 1);
  }
}

function findingOf(
  stream: CsatStream,
  { taken, passedOver, evaluations, surveys }: Labels,
): VisibilityFinding {
  return {
    aspect: 'scorecards',
    subjectId: 'organisation',
    subjectName: null,
    records: surveys,
    isVisible: taken.size > 0 ? true : passedOver.size > 0 ? false : null,
    note: noteOf(stream, { taken, passedOver, evaluations }),
  };
}

function noteOf(
  { label, questionIds }: CsatStream,
  { taken, passedOver, evaluations }: Omit<Labels, 'surveys'>,
): string {
  const passed = `passed over are ${listOf(passedOver)}`;
  if (taken.size > 0) {
    return `Surveys are the scorecards ${listOf(taken)} of ${evaluations} evaluations${passedOver.size > 0 ? `; ${passed}` : ''}.`;
  }
  if (passedOver.size === 0) return `None of ${evaluations} evaluations of the window carries a scorecard.`;
  const wanted =
    questionIds === undefined
      ? `a label that contains "${label}" (label)`
      : `one of the questions ${questionIds.join(', ')} (questionIds)`;
  return `No scorecard of ${evaluations} evaluations has ${wanted}; ${passed}. Set label or questionIds to those of the survey.`;
}

/** Labels with the number of evaluations that have them, the most frequent first. */
function listOf(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
  const shown = sorted.slice(0, mostLabels).map(([label, times]) => `"${label}" (${times})`);
  const left = sorted.length - shown.length;
  return `${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}
