/** Calls to Temporal whose connection is closed while they wait for their next try. */
import { Connection, isGrpcServiceError, type ConnectionOptions } from '@temporalio/client';
import { expect, it } from 'vitest';
import { temporalCalls } from '../../workers/temporalCalls.js';

it('a call that is tried again once the connection is closed is cancelled, and ends no process', async () => {
  // Nobody listens there: every call is refused at once, and tried again later.
  const options: ConnectionOptions = { address: '127.0.0.1:9', interceptors: temporalCalls };
  const connection = Connection.lazy(options);
  const refused = connection.workflowService.getSystemInfo({}).catch((error: unknown) => error);
  await new Promise((wait) => setTimeout(wait, 50));
  await connection.close();
  const error = await refused;
  expect(isGrpcServiceError(error) && { code: error.code, details: error.details }).toEqual({
    code: 1,
    details: 'Channel has been shut down',
  });
});
