/** A template prepared for mapping: every section and item found by id. */
import { oncePerForm } from '../../rows/oncePerForm.js';
import { parseBody } from '../../rows/parse.js';
import { templateSchema, type Template } from './schemas.js';

export type TemplateSection = NonNullable<Template['sections']>[number];
export type TemplateItem = NonNullable<TemplateSection['items']>[number];

export interface PinnedTemplate {
  template: Template;
  sections: ReadonlyMap<string, { section: TemplateSection; index: number }>;
  items: ReadonlyMap<string, { item: TemplateItem; index: number }>;
}

/** Prepares a template once, however many evaluations were scored on it. */
export const pinTemplate = oncePerForm((source): PinnedTemplate =>
  prepare(parseBody(templateSchema, source.body, `template ${source.formId}`)),
);

function prepare(template: Template): PinnedTemplate {
  const sections = new Map<string, { section: TemplateSection; index: number }>();
  const items = new Map<string, { item: TemplateItem; index: number }>();
  for (const [index, section] of (template.sections ?? []).entries()) {
    sections.set(section.id, { section, index });
    for (const [position, item] of (section.items ?? []).entries()) {
      items.set(item.id, { item, index: position });
    }
  }
  return { template, sections, items };
}
