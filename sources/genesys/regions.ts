import { TidemarkError } from '../../model/errors.js';

/** Host of each AWS region in which Genesys Cloud runs; the API is at api.<host>, the sign-in at login.<host>. */
const hosts: ReadonlyMap<string, string> = new Map([
  ['us-east-1', 'mypurecloud.com'],
  ['us-east-2', 'use2.us-gov-pure.cloud'],
  ['us-west-2', 'usw2.pure.cloud'],
  ['ca-central-1', 'cac1.pure.cloud'],
  ['sa-east-1', 'sae1.pure.cloud'],
  ['mx-central-1', 'mxc1.pure.cloud'],
  ['eu-west-1', 'mypurecloud.ie'],
  ['eu-west-2', 'euw2.pure.cloud'],
  ['eu-central-1', 'mypurecloud.de'],
  ['eu-central-2', 'euc2.pure.cloud'],
  ['eusc-de-east-1', 'edee1.eusc-pure.cloud'],
  ['ap-northeast-1', 'mypurecloud.jp'],
  ['ap-northeast-2', 'apne2.pure.cloud'],
  ['ap-northeast-3', 'apne3.pure.cloud'],
  ['ap-south-1', 'aps1.pure.cloud'],
  ['ap-southeast-1', 'apse1.pure.cloud'],
  ['ap-southeast-2', 'mypurecloud.com.au'],
  ['me-central-1', 'mec1.pure.cloud'],
]);

export const regions: readonly string[] = [...hosts.keys()];

export interface Endpoints {
  apiUrl: string;
  loginUrl: string;
}

/**
 * Where a connection's API and sign-in are: explicit URLs win over the region.
 * @throws TidemarkError InvalidConfig naming the region and those there are.
 */
export function endpointsOf(connection: {
  region?: string | undefined;
  apiUrl?: string | undefined;
  loginUrl?: string | undefined;
}): Endpoints {
  const { region, apiUrl, loginUrl } = connection;
  if (apiUrl !== undefined && loginUrl !== undefined) return { apiUrl, loginUrl };
  const host = region === undefined ? undefined : hosts.get(region);
  if (host === undefined) {
    throw new TidemarkError(
      'InvalidConfig',
      region === undefined
        ? 'A Genesys connection needs a region, or apiUrl and loginUrl.'
        : `region is "${region}", which Genesys Cloud does not have.`,
      { remedy: `Regions: ${regions.join(', ')}.` },
    );
  }
  return { apiUrl: apiUrl ?? `https://api.${host}`, loginUrl: loginUrl ?? `https://login.${host}` };
}
