import { invalidValue, notFound } from '../../../common/apiError.js';
import type { Call, Handlers } from '../call.js';
import { cursorPage, pageOf } from '../listing.js';
import type { Page } from '../../../common/query.js';
import { renderQueue, renderTeam, renderUser } from '../render.js';

const maxUsers = 500;
const maxQueues = 500;

/** Users, queues and teams. */
export const directory: Handlers = {
  // Only active users unless the state is named: the default that hides people who have left.
  getUsers: (call) => {
    const page = call.query.page({ max: maxUsers });
    const ids = new Set(call.query.list('id'));
    const state = call.query.oneOf('state', ['active', 'inactive', 'deleted', 'any']) ?? 'active';
    const found = call.api.organisation
      .users()
      .filter((user) => (state === 'any' || user.state === state) && (ids.size === 0 || ids.has(user.id)))
      .map(renderUser)
      .sort(byName);
    return pageOf(call.listing(page), ordered(call, found));
  },

  getUser: ({ api, path, query }) => {
    const state = query.oneOf('state', ['active', 'inactive', 'deleted', 'any']);
    const user = api.organisation.users().find(({ id }) => id === path('userId'));
    if (user === undefined || (state !== undefined && state !== 'any' && user.state !== state)) {
      throw notFound('user', path('userId'));
    }
    return renderUser(user);
  },

  getRoutingQueues: (call) => {
    const page = call.query.page({ max: maxQueues });
    const [ids, divisionIds] = [new Set(call.query.list('id')), new Set(call.query.list('divisionId'))];
    const name = call.query.text('name')?.toLowerCase();
    const found = visibleQueues(call).filter(
      (queue) =>
        (ids.size === 0 || ids.has(queue.id)) &&
        (divisionIds.size === 0 || divisionIds.has(queue.division.id)) &&
        (name === undefined || queue.name.toLowerCase().includes(name)),
    );
    return pageOf(call.listing(page), ordered(call, found));
  },

  getRoutingQueue: (call) => {
    const queue = visibleQueues(call).find(({ id }) => id === call.path('queueId'));
    if (queue === undefined) throw notFound('queue', call.path('queueId'));
    return queue;
  },

  getRoutingQueuesDivisionviewsAll: (call) => {
    const page: Page = call.query.page({ max: maxQueues });
    return pageOf(call.listing(page), ordered(call, visibleQueues(call)));
  },

  getTeams: ({ api, query }) => {
    const size = query.integer('pageSize', { default: 25, min: 1, max: 200 });
    const name = query.text('name')?.toLowerCase();
    const teams = api.organisation
      .teams()
      .filter((team) => name === undefined || team.name.toLowerCase().includes(name))
      .map(renderTeam);
    const cursor = query.text('after') ?? query.text('before');
    const { items, next, previous } = cursorPage(teams, cursor, size);
    if (items.length === 0 && cursor !== undefined) throw invalidValue('after', cursor, 'It is no cursor.');
    const uri = (changes: Record<string, string | undefined>) => `/api/v2/teams?${query.with(changes)}`;
    return {
      entities: items,
      selfUri: uri({}),
      ...(next === undefined ? {} : { nextUri: uri({ after: next, before: undefined }) }),
      ...(previous === undefined ? {} : { previousUri: uri({ after: undefined, before: previous }) }),
    };
  },

  getTeam: ({ api, path }) => {
    const team = api.organisation.teams().find(({ id }) => id === path('teamId'));
    if (team === undefined) throw notFound('team', path('teamId'));
    return renderTeam(team);
  },
};

function visibleQueues({ api, client }: Call) {
  const { divisionIds } = client;
  return api.organisation
    .queues()
    .filter((queue) => divisionIds === 'all' || divisionIds.has(queue.division.id))
    .map(renderQueue)
    .sort(byName);
}

function ordered<T>(call: Call, found: T[]): T[] {
  return call.query.oneOf('sortOrder', ['asc', 'desc', 'ASC', 'DESC'])?.toLowerCase() === 'desc'
    ? found.reverse()
    : found;
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
