/** The real HTTP client against a server of the test, with an allowance that no test uses up. */
import { onTestFinished } from 'vitest';
import type { ApiClient } from '../../../sources/http/apiClient.js';
import { createApiClient } from '../../../sources/http/apiClient.js';
import { createBudgetGate } from '../../../sources/http/budgetGate.js';
import { basicForm, createTokenSource } from '../../../sources/http/tokenSource.js';
import { genesysDialect } from '../../../sources/http/vendorDialect.js';
import { sendJson, startServer, type Script, type TestServer } from '../http/testServer.js';

/** Tests that run at the same time say themselves when their server is no longer needed. */
export async function clientOf(
  script: Script,
  whenDone: (close: () => Promise<void>) => void = onTestFinished,
): Promise<{ api: ApiClient; server: TestServer }> {
  let calls = 0;
  const server = await startServer((request, response) => {
    if (request.url !== '/oauth/token') return script(request, response, calls++);
    sendJson(response, 200, { access_token: 'token-1', expires_in: 86_400 });
  });
  whenDone(() => server.close());
  const tokenSource = createTokenSource({
    connection: 'emea',
    url: `${server.url}/oauth/token`,
    credentials: { clientId: 'client-1', clientSecret: 'secret-1' },
    dialect: genesysDialect,
    form: basicForm,
  });
  const budget = createBudgetGate({ requests: 1_000_000, windowSeconds: 60 });
  return {
    api: createApiClient({
      connection: 'emea',
      baseUrl: server.url,
      tokenSource,
      budget,
      dialect: genesysDialect,
    }),
    server,
  };
}
