import type { ClientGrant } from '../http/clients.js';
import type { Viewer } from '../organisation/organisation.js';

/** What a client may see, in the organisation's terms. */
export function viewerOf(client: ClientGrant): Viewer {
  return { divisionIds: client.divisionIds };
}
