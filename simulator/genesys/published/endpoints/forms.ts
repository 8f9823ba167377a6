import type { Organisation } from '../../../organisation/organisation.js';
import { renderForm } from '../../../organisation/render.js';
import type { EvaluationForm } from '../../../organisation/vendorModels.js';
import { notFound } from '../../../common/apiError.js';
import type { Call, Handlers } from '../call.js';
import { pageOf } from '../listing.js';

const maxPageSize = 100;
const maxIds = 100;

/** Evaluation forms and their versions. */
export const forms: Handlers = {
  // The vendor's list never shows question groups, nor whether a form is published.
  getQualityFormsEvaluations: (call) => {
    call.query.oneOf('expand', ['publishHistory']);
    const found = named(call, call.api.organisation.publishedForms());
    return listForms(
      call,
      call.query.oneOf('sortOrder', ['asc', 'desc']) === 'desc' ? found.reverse() : found,
    );
  },

  getQualityFormsEvaluation: ({ api, path }) => renderForm(formOf(api.organisation, path('formId')), true),

  getQualityFormsEvaluationVersions: (call) => {
    const form = formOf(call.api.organisation, call.path('formId'));
    const versions = [...call.api.organisation.formVersions(form.contextId)];
    return listForms(
      call,
      call.query.oneOf('sortOrder', ['asc', 'desc']) === 'desc' ? versions.reverse() : versions,
    );
  },

  getQualityFormsEvaluationsBulk: (call) => {
    const ids = call.query.boundedList('id', maxIds);
    call.query.flag('includeLatestVersionFormName');
    const found = ids.flatMap((id) => call.api.organisation.formVersion(id) ?? []);
    const page = { size: Math.max(1, ids.length), number: 1 };
    return pageOf(
      call.listing(page),
      found.map((form) => renderForm(form, true)),
    );
  },

  getQualityFormsEvaluationsBulkContexts: (call) => {
    const contextIds = new Set(call.query.boundedList('contextId', maxIds));
    return call.api.organisation
      .publishedForms()
      .filter((form) => contextIds.has(form.contextId))
      .map((form) => renderForm(form, true));
  },

  getQualityPublishedformsEvaluations: (call) => {
    const { organisation } = call.api;
    const latest = organisation.publishedForms();
    const all =
      call.query.flag('onlyLatestPerContext') === true
        ? latest
        : latest.flatMap((form) => organisation.formVersions(form.contextId));
    const page = call.query.page({ max: maxPageSize });
    return pageOf(
      call.listing(page),
      named(call, all).map((form) => ({ ...renderForm(form, false), published: true })),
    );
  },

  getQualityPublishedformsEvaluation: ({ api, path }) =>
    renderForm(formOf(api.organisation, path('formId')), true),
};

function listForms(call: Call, found: readonly EvaluationForm[]) {
  const page = call.query.page({ max: maxPageSize });
  return pageOf(
    call.listing(page),
    found.map((form) => renderForm(form, false)),
  );
}

function named(call: Call, found: readonly EvaluationForm[]): EvaluationForm[] {
  const name = call.query.text('name')?.toLowerCase();
  return found.filter((form) => name === undefined || form.name.toLowerCase().includes(name));
}

function formOf(organisation: Organisation, id: string): EvaluationForm {
  const form = organisation.formVersion(id);
  if (form === undefined) throw notFound('evaluationForm', id);
  return form;
}
