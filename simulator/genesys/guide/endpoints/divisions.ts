import type { GuideOperation } from '../call.js';

/** All divisions, also those whose records the client may not see. */
export const divisions: readonly GuideOperation[] = [
  {
    method: 'GET',
    path: '/api/v2/divisions',
    scope: 'division:read',
    handle: ({ api, parameters }) => {
      parameters([]);
      const entities = api.organisation
        .divisions()
        .map(({ id, name, homeDivision }) => ({ id, name, homeDivision }));
      return { entities };
    },
  },
];
