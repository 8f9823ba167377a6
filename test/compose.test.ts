/** docker-compose.yml: what can be known of it without Docker. */
import { readFile, stat } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { searchAttributes } from '../workflows/searchAttributes.js';
import { projectFile, readComposeFile, type ComposeFile, type Service } from './compose/composeFile.js';
import schema from './compose/compose.schema.json' with { type: 'json' };

let file: ComposeFile;
let services: [string, Service][];

beforeAll(async () => {
  file = await readComposeFile();
  services = Object.entries(file.services);
});

/** A service that ends by itself: it is restarted only when it failed. */
const isOneShot = (service: Service) => service.restart?.startsWith('on-failure') === true;

describe('docker-compose.yml', () => {
  it('has only elements that are described, in the form that is described', () => {
    const validate = new Ajv({ allErrors: true, strictTuples: false }).compile(schema);
    validate(file);
    expect(validate.errors).toBeNull();
  });

  it('pins every image to a version', () => {
    for (const [name, { image }] of services) {
      expect(image, name).toMatch(/^[a-z0-9./-]+:\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?$/);
    }
  });

  it('uses the same version of the server and of the tools that make its schema', () => {
    const versions = services
      .map(([, { image }]) => /^temporalio\/(?:server|admin-tools):(.+)$/.exec(image)?.[1])
      .filter((version) => version !== undefined);
    expect(new Set(versions).size).toBe(1);
  });

  it('depends only on services it has', () => {
    for (const [name, service] of services) {
      for (const other of Object.keys(service.depends_on ?? {})) {
        expect(Object.keys(file.services), `${name} depends on ${other}`).toContain(other);
      }
      const shared = /^service:(.+)$/.exec(service.network_mode ?? '')?.[1];
      if (shared !== undefined) expect(Object.keys(file.services)).toContain(shared);
    }
  });

  it('waits for one-shot services to succeed, and for others that say so to be healthy', () => {
    for (const [name, service] of services) {
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
        const target = file.services[other];
        if (target === undefined) continue;
        const said = `${name} waits for ${other}`;
        if (isOneShot(target)) expect(condition, said).toBe('service_completed_successfully');
        else expect(condition, said).not.toBe('service_completed_successfully');
        if (condition === 'service_healthy') expect(target.healthcheck, said).toBeDefined();
      }
    }
    const awaited = services.flatMap(([, service]) => Object.keys(service.depends_on ?? {}));
    const oneShot = services.filter(([, service]) => isOneShot(service)).map(([name]) => name);
    expect(oneShot).toEqual(['temporal-schema', 'temporal-namespace']);
    expect(awaited).toEqual(expect.arrayContaining(oneShot));
  });

  it('watches the health of everything that others or people wait for', () => {
    for (const name of ['postgres', 'temporal', 'worker', 'simulator']) {
      expect(file.services[name]?.healthcheck, name).toBeDefined();
    }
  });

  it('takes secrets from the environment, with defaults for development only', () => {
    for (const [name, { environment = {} }] of services) {
      for (const [key, value] of Object.entries(environment)) {
        if (/PASSWORD|PWD|SECRET|KEY/.test(key)) {
          expect(value, `${name} ${key}`).toMatch(/^\$\{[A-Z_]+:-[a-z-]+\}$/);
        }
      }
    }
  });

  it('mounts only named volumes it declares and files there are', async () => {
    for (const [name, { volumes = [] }] of services) {
      for (const volume of volumes) {
        const source = typeof volume === 'string' ? volume.slice(0, volume.indexOf(':')) : volume.source;
        // The configuration is the user's own and not in the repository.
        if (source === './tidemark.yaml') continue;
        if (source.startsWith('./')) expect((await stat(projectFile(source))).isFile(), name).toBe(true);
        else expect(Object.keys(file.volumes), name).toContain(source);
      }
    }
  });
});

describe('the set-up of the namespace', () => {
  it('registers exactly the search attributes that workflows use', async () => {
    const script = await readFile(projectFile('workers/compose/setup-namespace.sh'), 'utf8');
    const registered = [...script.matchAll(/^retry register (\w+) (\w+)$/gm)].map(([, name, type]) => [
      name,
      type?.toUpperCase(),
    ]);
    const used = Object.values(searchAttributes).map((key) => [key.name, key.type]);
    expect(registered.sort()).toEqual(used.sort());
  });
});

describe('the set-up of the databases', () => {
  it('creates, sets up and updates both with the plugin of the server', async () => {
    const script = await readFile(projectFile('workers/compose/setup-schema.sh'), 'utf8');
    expect(script).toMatch(/^prepare temporal temporal$/m);
    expect(script).toMatch(/^prepare temporal_visibility visibility$/m);
    for (const step of ['create', 'setup-schema', 'update-schema']) {
      expect(script).toMatch(new RegExp(`--plugin postgres12 --db "\\$database" ${step}\\b`));
    }
    expect(file.services['temporal']?.environment?.['DB']).toBe('postgres12');
  });
});
