import { contentHash } from '../../model/contentHash.js';
import { jsonText } from '../../model/jsonText.js';
import type { CanonicalRows, Row } from '../../model/tables.js';
import type { MappingContext, SourceForm } from '../source.js';
import type { Vendor } from '../../model/vendor.js';
import { stampsOf } from './stamps.js';

/** Without what all rows of a form have. */
type Bare<R> = Omit<R, 'connection' | 'source_system' | 'extracted_at' | 'batch_id' | 'form_id'>;

export interface FormStructure {
  questions: Bare<Row<'form_questions'>>[];
  options: Bare<Row<'form_answer_options'>>[];
}

/** What a contract says of the form itself. */
type FormColumns = Omit<Bare<Row<'forms'>>, 'raw' | 'change_stamp' | 'content_hash'>;

/** One form version with its questions and options. */
export function formRows(
  vendor: Vendor,
  source: SourceForm,
  formId: string,
  columns: FormColumns,
  { questions, options }: FormStructure,
  context: MappingContext,
): CanonicalRows {
  const stamped = { ...stampsOf(vendor)({ ...context, extractedAt: source.extractedAt }), form_id: formId };
  const row = {
    ...stamped,
    ...columns,
    raw: jsonText(source.body),
    // A version is not meant to change, so the time it was modified stands for its content.
    change_stamp: columns.modified_at ?? source.extractedAt,
  };
  const parts = {
    form_questions: questions.map((question) => ({ ...stamped, ...question })),
    form_answer_options: options.map((option) => ({ ...stamped, ...option })),
  };
  const hash = contentHash(row, ...parts.form_questions, ...parts.form_answer_options);
  return { forms: [{ ...row, content_hash: hash }], ...parts };
}
