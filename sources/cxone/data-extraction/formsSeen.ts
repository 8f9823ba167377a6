/** The forms of a window, put together from the questions of its workflows. */
import { isQuestionText, momentIn, normalRow, type NormalRow } from './fields.js';
import type { JoinedWorkflow } from './joinedWorkflow.js';
import { formVersionOf, type FormVersion } from './placedQuestions.js';
import type { PreparedForm } from './prepared.js';

/** What a question's row says of the form; the rest is about the workflow. */
const formColumns = [
  ...['sectionid', 'sectiontitle', 'questionid', 'questionnumber', 'questiontitle', 'questiontype'],
  ...['options', 'maxscore', 'critical', 'mandatory', 'scorable', 'bankid'],
];

/** A text with when it was so: of several the newest counts, whatever order they come in. */
interface Said {
  at: string;
  text: string;
}

interface SeenForm {
  version: FormVersion;
  named: Said;
  questions: Map<string, Map<string, Said>>;
}

export class FormsSeen {
  private readonly forms = new Map<string, SeenForm>();

  /** Takes in what a workflow shows of its form. */
  add({ workflow: row, questions: rows }: JoinedWorkflow): void {
    const workflow = normalRow(row);
    const questions = rows.map(normalRow);
    const version = formVersionOf(workflow, questions);
    if (version === null) return;
    const at = momentIn(workflow['lastupdated'] ?? '') ?? momentIn(workflow['submissiondate'] ?? '') ?? '';
    const named = { at, text: version.name };
    const form = this.forms.get(version.formId) ?? { version, named, questions: new Map() };
    form.named = newer(form.named, named);
    for (const question of questions) takeIn(form, question, at);
    this.forms.set(version.formId, form);
  }

  /** @param extractedAt of the newest file */
  *prepared(extractedAt: string): Generator<PreparedForm> {
    for (const { version, named, questions } of this.forms.values()) {
      yield {
        ...version,
        name: named.text,
        extractedAt,
        questions: [...questions]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([, said]) => Object.fromEntries([...said].map(([column, { text }]) => [column, text]))),
      };
    }
  }
}

/** What cannot be read goes to quarantine with its workflow; in the form it would stop all the others. */
function takeIn(form: SeenForm, question: NormalRow, at: string): void {
  if (question['questionid'] === undefined) return;
  const place = JSON.stringify([question['sectionid'], question['questionid']]);
  const known = form.questions.get(place) ?? new Map<string, Said>();
  form.questions.set(place, known);
  for (const column of formColumns) {
    const text = question[column];
    if (text === undefined) continue;
    const before = known.get(column);
    // Checked once for each text: there are millions of rows.
    if (before?.text !== text && !isQuestionText(column, text)) continue;
    known.set(column, newer(before, { at, text }));
  }
}

function newer(known: Said | undefined, said: Said): Said {
  if (known === undefined || said.at > known.at) return said;
  return said.at === known.at && said.text > known.text ? said : known;
}
