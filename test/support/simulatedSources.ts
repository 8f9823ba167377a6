import type { Simulator } from '../../simulator/server.js';
import type { Dependencies } from '../../activities/dependencies.js';
import { openSources } from '../../workers/openSources.js';
import { checkConfiguration } from '../../workers/loadConfiguration.js';

/** Sources of a configuration whose connection `acme` is the simulated organisation, by default for its own client. */
export function simulatedSources(
  simulator: Pick<Simulator, 'apiUrl' | 'loginUrl' | 'clientId' | 'clientSecret'>,
  startFrom: string,
): Pick<Dependencies, 'source' | 'metrics' | 'vendor'> {
  const sources = openSources(
    checkConfiguration(
      {
        connections: {
          acme: {
            vendor: 'genesys',
            apiUrl: simulator.apiUrl,
            loginUrl: simulator.loginUrl,
            clientId: '${ID}',
            clientSecret: '${SECRET}',
            streams: { evaluations: { startFrom } },
          },
        },
      },
      'tidemark.yaml',
      { ID: simulator.clientId, SECRET: simulator.clientSecret },
    ),
  );
  return { ...sources, vendor: () => 'genesys' };
}
