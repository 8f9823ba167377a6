/** Steps are those that workers offer: a new one at which no act is killed fails here. */
import { expect, it } from 'vitest';
import type { Dependencies } from '../../activities/dependencies.js';
import {
  createApiActivities,
  createLocalActivities,
  createWarehouseActivities,
} from '../../activities/index.js';
import { acts } from './support/acts.js';

/** Names only: nothing of them is called. */
const nothing = {} as Dependencies;

it('every step that workers offer is one at which some act is killed, once', () => {
  const offered = [createApiActivities, createLocalActivities, createWarehouseActivities].flatMap((create) =>
    Object.keys(create(nothing)),
  );
  expect(acts.flatMap(({ steps }) => [...steps]).sort()).toEqual(offered.sort());
});
