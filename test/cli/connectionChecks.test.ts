/** The doctor's questions to a simulated organisation, under both contracts, for clients that may do more or less. */
import { afterAll, describe, expect, it } from 'vitest';
import { checkConnection } from '../../cli/connectionChecks.js';
import type { Finding } from '../../cli/finding.js';
import { exporterPermissions, exporterScopes } from '../../simulator/options.js';
import { startSimulator, type ContractName } from '../../simulator/server.js';
import { checkConfiguration } from '../../workers/loadConfiguration.js';

const client = (name: string, more: object) => ({ clientId: name, clientSecret: 'secret', ...more });
const simulator = await startSimulator({
  contracts: ['published', 'guide'],
  evaluations: 60,
  allowance: 100_000,
  clients: [
    client('exact', {}),
    client('few', {
      permissions: exporterPermissions.filter((each) => !/^(coaching|analytics:survey)/u.test(each)),
      scopes: exporterScopes.filter((each) => each !== 'quality:feedback:read'),
    }),
    client('many', {
      permissions: [...exporterPermissions, 'quality:evaluation:delete', 'routing:queue:edit'],
      scopes: [...exporterScopes, 'quality:evaluation:write'],
    }),
  ],
});
afterAll(() => simulator.close());

const startFrom = '2026-10-01T00:00:00Z';
const everyStream = {
  evaluations: { startFrom },
  csat: { startFrom },
  feedback: { startFrom },
  divisions: { startFrom },
  metrics: { timeZone: 'UTC' },
};

function doctor(clientId: string, contract: ContractName, streams: object = everyStream): Promise<Finding[]> {
  const { apiUrl, loginUrl } = simulator.contracts[contract] ?? simulator;
  const acme = {
    vendor: 'genesys',
    api: contract,
    ...{ apiUrl, loginUrl, clientId, clientSecret: '${SECRET}', streams },
  };
  return checkConnection(
    checkConfiguration({ connections: { acme } }, 'tidemark.yaml', { SECRET: 'secret' }),
    'acme',
  );
}
const byCheck = (findings: readonly Finding[]) => new Map(findings.map((each) => [each.check, each]));
const failed = (findings: readonly Finding[]) =>
  findings.filter(({ level }) => level === 'error').map(({ check }) => check);

describe.each(['published', 'guide'] as const)('a client of the %s contract', (contract) => {
  it('that may do exactly what its streams need has nothing to mend', async () => {
    const findings = await doctor('exact', contract);
    expect(failed(findings)).toEqual([]);
    const checks = byCheck(findings);
    for (const stream of Object.keys(everyStream)) {
      expect(checks.get(`acme ${stream} permissions`)).toMatchObject({
        level: 'ok',
        permissions: { stream, contract, missing: [], unknown: [] },
      });
    }
    expect(checks.get('acme write permissions')).toMatchObject({ level: 'ok', excessPermissions: [] });
  });

  it('that may do less is told which streams lack what', async () => {
    const findings = await doctor('few', contract);
    const lacking = {
      published: ['acme csat permissions', 'acme feedback permissions'],
      guide: ['acme feedback permissions'],
    };
    expect(failed(findings)).toEqual(lacking[contract]);
    const missing = byCheck(findings).get('acme feedback permissions')?.permissions?.missing;
    expect(missing).toEqual(
      {
        published: ['coaching:appointment:view', 'coaching:annotation:view'],
        guide: ['quality:feedback:read'],
      }[contract],
    );
  });

  it('that may do more is told what to take away', async () => {
    const findings = await doctor('many', contract);
    expect(failed(findings)).toEqual([]);
    expect(byCheck(findings).get('acme write permissions')).toMatchObject({
      level: 'warning',
      excessPermissions: {
        published: ['quality:evaluation:delete', 'routing:queue:edit'],
        guide: ['quality:evaluation:write'],
      }[contract],
    });
  });

  it('that only polls metrics is asked for no more', async () => {
    const findings = await doctor('exact', contract, { metrics: everyStream.metrics });
    expect(failed(findings)).toEqual([]);
    const permissions = findings.flatMap((each) => each.permissions ?? []);
    expect(permissions.map(({ stream }) => stream)).toEqual(['metrics']);
    expect(findings.filter(({ check }) => check.includes('visibility'))).toEqual([]);
  });

  it('that is not let in is told so once', async () => {
    const findings = await doctor('nobody', contract);
    expect(findings).toMatchObject([{ level: 'error', check: 'acme sign-in' }]);
  });
});

describe('a client of the guide contract', () => {
  it('is told by which label scorecards are surveys, and when it is by none', async () => {
    const check = 'acme csat visibility';
    const rightly = byCheck(await doctor('exact', 'guide', { csat: { startFrom } })).get(check);
    expect(rightly).toMatchObject({ level: 'ok' });
    expect(rightly?.message).toMatch(
      /^scorecards \d+: Surveys are the scorecards ".*CSAT.*passed over are "/u,
    );
    const wrongly = await doctor('exact', 'guide', { csat: { startFrom, label: 'satisfaction' } });
    expect(byCheck(wrongly).get(check)).toMatchObject({
      level: 'warning',
      message: expect.stringMatching(/contains "satisfaction" \(label\).*CSAT.*Set label or questionIds/u),
    });
  });

  it('is told which divisions show no feedback', async () => {
    const findings = await doctor('exact', 'guide', { feedback: { startFrom } });
    const told = findings.filter(({ check }) => check === 'acme feedback visibility');
    expect(told.some(({ message }) => message.startsWith('division '))).toBe(true);
    expect(told.at(-1)).toMatchObject({
      level: 'ok',
      message: expect.stringMatching(/^divisions-at-once 0/u),
    });
  });
});

describe('the questions', () => {
  it('are asked once for all streams', async () => {
    await fetch(`${simulator.controlUrl}/counters`, { method: 'DELETE' });
    await doctor('exact', 'published', {
      csat: { startFrom },
      feedback: { startFrom },
      divisions: { startFrom },
    });
    const answer = await fetch(`${simulator.controlUrl}/counters`);
    const { byEndpoint } = (await answer.json()) as { byEndpoint: Record<string, { requests: number }> };
    expect(Object.keys(byEndpoint).length).toBeGreaterThan(8);
    expect(Object.entries(byEndpoint).filter(([, { requests }]) => requests !== 1)).toEqual([]);
  });

  it('about a stream that cannot be read do not keep others from being checked', async () => {
    const findings = await doctor('exact', 'published', {
      csat: { startFrom },
      metrics: { timeZone: 'UTC', by: ['skill'] },
    });
    expect(failed(findings)).toEqual(['acme metrics']);
    expect(byCheck(findings).get('acme metrics')?.message).toContain('"skill"');
    expect(byCheck(findings).get('acme csat permissions')?.level).toBe('ok');
  });
});
