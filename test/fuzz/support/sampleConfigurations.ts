/** Configurations as people have them: the example, with and without what it leaves commented out, and all contracts. */
import { readFile } from 'node:fs/promises';

const streams = `
      evaluations: { startFrom: 2026-01-01, every: 1h, overlap: 30m, maxWindow: 31d, daily: { at: "01:00", timeZone: Europe/Berlin } }`;

const everyContract = `
connections:
  published:
    vendor: genesys
    apiUrl: https://api.example.com
    loginUrl: https://login.example.com
    clientId: \${A}
    clientSecret: \${B}
    allowance: { requests: 300, window: 60s }
    tokenRefreshMargin: 5m
    streams:${streams}
      csat: { startFrom: "2026-01-01T05:00:00Z", label: csat, interactionTypes: [voice, chat] }
      feedback: { startFrom: 2026-01-01, deleted: drop, safetyLag: 15m }
      divisions: { startFrom: 2026-01-01 }
      metrics: { timeZone: America/New_York, dayStart: "08:00", by: [agent, queue], segments: [form], countThreshold: 3 }
  guide:
    vendor: genesys
    api: guide
    region: eu-central-1
    clientId: \${A}
    clientSecret: \${B}
    signIn: json
    streams:
      assessments: { startFrom: 2026-01-01, divisions: [a, b], reconcile: { horizon: 30d, confirmations: 3 } }
warehouse: { kind: bigquery, project: acme-quality, location: EU, maximumBytesBilled: 20GB, labels: { team: quality } }
staging: gs://bucket/prefix
alerts: { webhook: https://hooks.example.com/x, coverageBelow: 97.5 }
temporal: { taskQueue: tidemark, uiPort: 0 }
`;

const cxone = `
connections:
  files:
    vendor: cxone
    api: data-extraction
    clientId: \${A}
    clientSecret: \${B}
    accessKeyId: \${C}
    accessKeySecret: \${D}
    allowedHosts: [files.example.com]
    jobs: { between: 31s, poll: 10s, patience: 1h }
    streams:
      evaluations: { startFrom: 2026-01-01, maxWindow: 13d, entities: { workflows: { name: qm-workflows, version: "4" } } }
  legacy:
    vendor: cxone
    api: data-extraction
    signIn: access-key-legacy
    area: na1
    accessKeyId: \${C}
    accessKeySecret: \${D}
    streams: { evaluations: { startFrom: 2026-01-01 } }
  gateway:
    vendor: cxone
    api: guide
    apiUrl: https://gateway.example.com/cx
    clientId: \${A}
    clientSecret: \${B}
    streams:
      assessments: { startFrom: 2026-01-01, sites: [s1], queues: all, audit: { every: 1d, repair: true } }
      feedback: { startFrom: 2026-01-01, reconcile: { breakerShare: 10 } }
warehouse: { kind: postgres, url: "\${DATABASE_URL}", schema: quality, lockWait: 30s }
staging: file:./staging
`;

export async function sampleConfigurations(): Promise<string[]> {
  const example = await readFile(new URL('../../../tidemark.example.yaml', import.meta.url), 'utf8');
  // Settings that are commented out, but for warehouses: there is one already.
  const all = example.replaceAll(
    /^(|  |      )# ( *(?!warehouse|yaml|bucket)[a-z][A-Za-z-]*:.*)$/gmu,
    '$1$2',
  );
  const files = everyContract.replace(
    /^warehouse.*$/mu,
    'warehouse: { kind: parquet, path: ./w, threads: 4 }',
  );
  return [example, all, everyContract, cxone, files];
}
