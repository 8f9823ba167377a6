import type { Division } from '../../../organisation/vendorModels.js';
import { invalidValue, notFound } from '../../../common/apiError.js';
import type { Call, Handlers } from '../call.js';
import { cursorPage, pageOf } from '../listing.js';

/** Divisions: all of them are listed to everybody; what a client may see in them is another matter. */
export const divisions: Handlers = {
  getAuthorizationDivisions: (call) => {
    call.query.flag('objectCount');
    return pageOf(call.listing(call.query.page({ max: 500 })), found(call));
  },

  getAuthorizationDivision: ({ api, path }) => {
    const division = api.organisation.divisions().find(({ id }) => id === path('divisionId'));
    if (division === undefined) throw notFound('division', path('divisionId'));
    return render(division);
  },

  getAuthorizationDivisionsQuery: (call) => {
    const { query } = call;
    const size = query.integer('pageSize', { default: 25, min: 1, max: 200 });
    const cursor = query.text('after') ?? query.text('before');
    const { items, next, previous } = cursorPage(found(call), cursor, size);
    if (items.length === 0 && cursor !== undefined) throw invalidValue('after', cursor, 'It is no cursor.');
    const uri = (changes: Record<string, string | undefined>) =>
      `/api/v2/authorization/divisions/query?${query.with(changes)}`;
    return {
      entities: items,
      selfUri: uri({}),
      ...(next === undefined ? {} : { nextUri: uri({ after: next, before: undefined }) }),
      ...(previous === undefined ? {} : { previousUri: uri({ after: undefined, before: previous }) }),
    };
  },

  getAuthorizationDivisionsHome: ({ api }) => {
    const home = api.organisation.divisions().find(({ homeDivision }) => homeDivision);
    if (home === undefined) throw notFound('division', 'home');
    return render(home);
  },

  getAuthorizationDivisionspermittedPagedMe: (call) => {
    const permission = call.query.required('permission');
    const page = call.query.page({ max: 500 });
    const { divisionIds, permissions } = call.client;
    const permitted = permissions.has(permission)
      ? found(call).filter(({ id }) => divisionIds === 'all' || divisionIds.has(id))
      : [];
    return pageOf(call.listing(page), permitted);
  },
};

function found({ api, query, operation }: Call) {
  const ids = new Set(operation.query['id'] === undefined ? [] : query.list('id'));
  const name = operation.query['name'] === undefined ? undefined : query.text('name')?.toLowerCase();
  return api.organisation
    .divisions()
    .filter(
      (division) =>
        (ids.size === 0 || ids.has(division.id)) &&
        (name === undefined || division.name.toLowerCase().includes(name)),
    )
    .map(render);
}

function render(division: Division) {
  return { ...division, selfUri: `/api/v2/authorization/divisions/${division.id}` };
}
