/** The four contracts of a simulated organisation, each as a connection of its own in one configuration. */
export const contracts = {
  published: { stream: 'evaluations', vendor: 'genesys' },
  guide: { stream: 'evaluations', vendor: 'genesys', lines: ['api: guide'] },
  'cxone-data-extraction': {
    stream: 'evaluations',
    vendor: 'cxone',
    lines: ['api: data-extraction', 'jobs: { between: 300ms, poll: 100ms, patience: 1m }'],
  },
  'cxone-guide': { stream: 'assessments', vendor: 'cxone', lines: ['api: guide'] },
};

/** tidemark.yaml by the simulator's ready line; connections are called as their contracts. */
export const fourConnections = (startFrom) => (ready) =>
  [
    'connections:',
    ...Object.entries(contracts).flatMap(([name, { stream, vendor, lines = [] }]) => [
      `  ${name}:`,
      ...[
        `vendor: ${vendor}`,
        ...['clientId: ${BENCH_CLIENT_ID}', 'clientSecret: ${BENCH_CLIENT_SECRET}'],
        ...lines,
        ...urls(vendor, ready.contracts[name]),
        `streams: { ${stream}: { startFrom: "${startFrom}" } }`,
      ].map((line) => `    ${line}`),
    ]),
    'staging: file:./staging',
    '',
  ].join('\n');

function urls(vendor, { apiUrl, loginUrl, issuer, accessKeyId }) {
  if (issuer !== undefined)
    return [`issuer: ${issuer}`, `accessKeyId: ${accessKeyId}`, 'accessKeySecret: ${BENCH_KEY_SECRET}'];
  return [`apiUrl: ${apiUrl}`, ...(vendor === 'genesys' ? [`loginUrl: ${loginUrl}`] : [])];
}
