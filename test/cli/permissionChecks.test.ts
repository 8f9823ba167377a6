/** What the doctor makes of the permissions a client holds: too few, too many, exactly those. */
import { describe, expect, it, test } from 'vitest';
import { excessFinding, permissionFindings } from '../../cli/permissionChecks.js';

const streams = [
  { stream: 'csat', permissions: ['survey:view', 'queue:view'] },
  { stream: 'metrics', permissions: ['aggregate:view'] },
];
type Told = Record<string, boolean | null>;

describe('permissions of streams', () => {
  test.each<[string, Told, [string, string[], string[]][]]>([
    [
      'all held',
      { 'survey:view': true, 'queue:view': true, 'aggregate:view': true },
      [
        ['ok', [], []],
        ['ok', [], []],
      ],
    ],
    [
      'one missing, of one stream',
      { 'survey:view': false, 'queue:view': true, 'aggregate:view': true },
      [
        ['error', ['survey:view'], []],
        ['ok', [], []],
      ],
    ],
    [
      'what nobody could tell is no error',
      { 'survey:view': null, 'queue:view': true, 'aggregate:view': true },
      [
        ['warning', [], ['survey:view']],
        ['ok', [], []],
      ],
    ],
    [
      'what is missing weighs more',
      { 'survey:view': null, 'queue:view': false },
      [
        ['error', ['queue:view'], ['survey:view']],
        ['warning', [], ['aggregate:view']],
      ],
    ],
  ])('%s', (_, told, expected) => {
    const findings = permissionFindings('acme', 'published', streams, new Map(Object.entries(told)));
    expect(findings).toMatchObject(
      expected.map(([level, missing, unknown], index) => ({
        level,
        check: `acme ${streams[index]?.stream} permissions`,
        permissions: {
          stream: streams[index]?.stream,
          contract: 'published',
          needed: streams[index]?.permissions,
          missing,
          unknown,
        },
      })),
    );
    for (const { message, permissions } of findings) {
      // Whatever is wrong, what is needed is named in full.
      for (const needed of permissions?.needed ?? []) expect(message).toContain(needed);
    }
  });

  test.each([
    ['published', /missing survey:view: add them to a role of the OAuth client/],
    ['guide', /missing survey:view: add them to the scopes of the OAuth client/],
  ] as const)('under the %s contract have their remedy', (contract, message) => {
    const [finding] = permissionFindings('acme', contract, streams, new Map([['survey:view', false]]));
    expect(finding?.message).toMatch(message);
  });
});

describe('permissions to change things', () => {
  test.each([
    [
      'too many',
      ['evaluation:delete', 'queue:edit'],
      'warning',
      /no export needs evaluation:delete, queue:edit/,
    ],
    ['none', [], 'ok', /none/],
    ['who knows', null, 'warning', /does not say/],
  ] as const)('%s', (_, excess, level, message) => {
    const finding = excessFinding('acme', 'published', excess === null ? null : [...excess]);
    expect(finding).toMatchObject({ level, check: 'acme write permissions' });
    expect(finding.message).toMatch(message);
    expect(finding.excessPermissions ?? null).toEqual(excess);
  });

  it('are to be taken from where the contract keeps them', () => {
    expect(excessFinding('acme', 'published', ['a:b:edit']).message).toMatch(/roles of the OAuth client/);
    expect(excessFinding('acme', 'guide', ['a:edit']).message).toMatch(/scopes of the OAuth client/);
  });
});
