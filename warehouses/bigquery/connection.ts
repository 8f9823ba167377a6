/** The client of BigQuery, which is loaded when it is first needed. */
import type { BigQuery } from '@google-cloud/bigquery';

export interface BigqueryConfig {
  /** Project that holds the datasets and pays for jobs. */
  project: string;
  /** Dataset of the tables. */
  dataset: string;
  /** Dataset of staged tables, which live for the time of a load. */
  stagingDataset: string;
  /** Of both datasets: EU, US or a region such as europe-west3. */
  location: string;
  /** A query that would be billed for more is refused before it begins. */
  maximumBytesBilled: number;
  /** On datasets, tables and jobs, for bills. */
  labels: Readonly<Record<string, string>>;
}

/**
 * Signs in with the application default credentials of the process. With BIGQUERY_EMULATOR_HOST in the environment
 * (e.g. http://127.0.0.1:9050) it talks to that, without them. Makes no request yet.
 */
export async function openBigquery(
  { project, location }: BigqueryConfig,
  environment: NodeJS.ProcessEnv,
): Promise<BigQuery> {
  const { BigQuery: Client } = await import('@google-cloud/bigquery');
  // What is repeated and what is not is decided where the job is known; the client sees single requests only.
  const common = { projectId: project, location, retryOptions: { autoRetry: false } };
  const emulator = environment['BIGQUERY_EMULATOR_HOST'] ?? '';
  if (emulator === '') return new Client(common);

  const { OAuth2Client } = await import('google-auth-library');
  const authClient = new OAuth2Client();
  // Uploads without any credentials end the process, and real ones are nothing for an emulator.
  authClient.setCredentials({ access_token: 'emulator', expiry_date: Date.now() + 3_650 * 86_400_000 });
  const client = new Client({ ...common, apiEndpoint: emulator, authClient });
  // From the environment of the process the client would take the address without the path of the API.
  client.baseUrl = `${client.apiEndpoint}/bigquery/v2`;
  return client;
}
