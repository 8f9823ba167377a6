import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Alert } from '../../../model/alert.js';

/** A webhook that takes every alert. */
export interface AlertReceiver {
  /** For the configuration, as YAML of the top level. */
  configuration: string;
  /** In the order in which they came. */
  alerts: Alert[];
  close(): void;
}

export async function startAlertReceiver(): Promise<AlertReceiver> {
  const alerts: Alert[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      alerts.push(JSON.parse(body) as Alert);
      response.end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    configuration: `alerts: { webhook: "http://127.0.0.1:${port}/hook" }`,
    alerts,
    close: () => server.close(),
  };
}
