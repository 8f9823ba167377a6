/** All forms with their versions, by the time they were published. */
import { buildForm, editForm, formCount } from './formBuilder.js';
import type { Identifiers } from './identifiers.js';
import type { EvaluationForm } from './vendorModels.js';

/** When the versions of each form are published, as shares of the organisation's span; 0 means before it. */
const publications: readonly (readonly number[])[] = [
  [0, 0.35, 0.7],
  [0, 0.5],
  [0, 0.2, 0.6, 0.9],
  [0, 0.8],
];
const leadBeforeSpan = 90 * 86_400_000;

interface Published {
  form: EvaluationForm;
  at: number;
  /** How often it was edited in place. */
  edits: number;
}

export class FormCatalogue {
  private readonly versions: Published[][];
  private readonly byId = new Map<string, Published>();

  constructor(
    private readonly ids: Identifiers,
    private readonly seed: number,
    span: { from: number; to: number },
    private readonly division: { id: string; name: string },
  ) {
    this.versions = Array.from({ length: formCount }, () => []);
    for (const [context, shares] of publications.entries()) {
      for (const share of shares) {
        const at =
          share === 0 ? span.from - leadBeforeSpan : Math.floor(span.from + share * (span.to - span.from));
        this.publish(context, at);
      }
    }
  }

  /** Adds the next version of a form. */
  publish(context: number, at: number): EvaluationForm {
    const versions = this.versions[context];
    if (versions === undefined) throw new RangeError(`There is no form ${context}.`);
    const form = buildForm(this.ids, this.seed, context, versions.length, at, this.division);
    const published = { form, at, edits: 0 };
    versions.push(published);
    this.byId.set(form.id, published);
    return form;
  }

  /** Puts an edited version in the place of the one with its id; undefined when there is none by now. */
  edit(formId: string, now: number): EvaluationForm | undefined {
    const published = this.byId.get(formId);
    if (published === undefined || published.at > now) return undefined;
    published.form = editForm(published.form);
    published.edits += 1;
    return published.form;
  }

  /** How often a version was edited in place. */
  edits(formId: string): number {
    return this.byId.get(formId)?.edits ?? 0;
  }

  /** Number of the form behind a context id. */
  contextIndex(contextId: string): number | undefined {
    const identity = this.ids.resolve(contextId);
    return identity?.kind === 'formContext' && this.versions[identity.index] !== undefined
      ? identity.index
      : undefined;
  }

  /** The version that was current at a time. */
  currentAt(context: number, time: number): EvaluationForm {
    const versions = this.versions[context % this.versions.length] ?? [];
    let current = versions[0];
    for (const version of versions) if (version.at <= time) current = version;
    if (current === undefined) throw new RangeError(`There is no form ${context}.`);
    return current.form;
  }

  /** A version that is known to be there, as it is now. */
  version(formId: string): EvaluationForm {
    const published = this.byId.get(formId);
    if (published === undefined) throw new RangeError(`There is no form version ${formId}.`);
    return published.form;
  }

  byFormId(formId: string, now: number): EvaluationForm | undefined {
    const published = this.byId.get(formId);
    return published !== undefined && published.at <= now ? published.form : undefined;
  }

  ofContext(contextId: string, now: number): EvaluationForm[] {
    const context = this.contextIndex(contextId);
    const versions = context === undefined ? [] : (this.versions[context] ?? []);
    return versions.filter(({ at }) => at <= now).map(({ form }) => form);
  }

  latest(now: number): EvaluationForm[] {
    return this.versions.map((_, context) => this.currentAt(context, now));
  }
}
