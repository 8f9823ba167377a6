/** What a client is told of its own grants. */
import { afterAll, describe, expect, it } from 'vitest';
import { exporterPermissions } from '../../../simulator/options.js';
import { auditor, openSimulator } from './simulatorClient.js';

const shared = await openSimulator({ evaluations: 100 });
afterAll(() => shared.close());
const { api } = shared;
const audit = await shared.signIn(auditor);

describe('the grants of a client', () => {
  it.each([
    ['in some divisions', 'all but the restricted ones'],
    ['in all divisions', 'all'],
  ])('%s', async (_name, granted) => {
    const session = granted === 'all' ? audit : api;
    const subject = await session.get<{
      id: string;
      grants: {
        division: { id: string };
        role: { policies: { domain: string; entityName: string; actions: string[] }[] };
      }[];
    }>('/api/v2/authorization/subjects/me');
    const { divisions } = await shared.control<{ divisions: { id: string; restricted: boolean }[] }>(
      'GET',
      'organisation',
    );
    expect(subject.grants.map(({ division }) => division.id)).toEqual(
      granted === 'all' ? ['*'] : divisions.flatMap(({ id, restricted }) => (restricted ? [] : [id])),
    );
    for (const { role } of subject.grants) {
      const permissions = role.policies.flatMap(({ domain, entityName, actions }) =>
        actions.map((action) => `${domain}:${entityName}:${action}`),
      );
      // Those of another vendor's contract are no permissions here.
      const own = exporterPermissions.filter((permission) => permission.includes(':'));
      expect(permissions.sort()).toEqual([...own].sort());
    }
  });
});
