import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { TidemarkError } from '../model/errors.js';
import { configurationSchema, type Configuration } from './configuration.js';
import { readYaml } from './readYaml.js';

/** The part of a zod issue that people need. */
interface Issue {
  path: PropertyKey[];
  message: string;
  code: string;
  keys?: string[];
  /** Of a name that is refused: why. */
  issues?: { message: string }[];
}

/**
 * Reads, checks and completes a configuration file. Paths in it are relative to the file.
 * @throws TidemarkError InvalidConfig naming every wrong field, its value and the remedy.
 */
export async function loadConfiguration(
  path: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Configuration> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new TidemarkError('InvalidConfig', `The configuration file "${path}" cannot be read.`, {
      remedy: 'Copy tidemark.example.yaml to tidemark.yaml, or name a file with --config.',
      cause,
    });
  }
  return checkConfiguration(readYaml(text, path), path, environment);
}

/** Checks a parsed configuration; `path` is for messages and to resolve relative paths. */
export function checkConfiguration(
  document: unknown,
  path: string,
  environment: NodeJS.ProcessEnv,
): Configuration {
  const missing: string[] = [];
  const inline = inlineSecrets(document);
  const resolved = resolveReferences(document, environment, missing);
  const result = configurationSchema.safeParse(resolved);
  const problems = [
    ...missing.map(
      (name) =>
        `environment variable ${name} is referred to but not set: set it, e.g. in .env, and have your shell read that ` +
        'by: set -a; . ./.env; set +a',
    ),
    ...inline.map(
      (field) => `${field} holds its secret in plain text: write \${NAME} and set that environment variable`,
    ),
    ...(result.success ? [] : result.error.issues.map((issue) => describe(issue, document))),
  ];
  if (!result.success || problems.length > 0) {
    throw new TidemarkError(
      'InvalidConfig',
      `${path} is not valid:\n${problems.map((p) => `  - ${p}`).join('\n')}\n`,
      { remedy: 'tidemark.schema.json names every setting; editors complete and check by it.' },
    );
  }
  const configuration = result.data;
  const base = dirname(resolve(path));
  const fromFile = (relative: string) => (isAbsolute(relative) ? relative : resolve(base, relative));
  return {
    ...configuration,
    warehouse: resolveWarehouse(configuration.warehouse, fromFile),
    staging: resolveStaging(configuration.staging, fromFile),
    temporal: { ...configuration.temporal, stateDirectory: fromFile(configuration.temporal.stateDirectory) },
  };
}

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

function resolveReferences(node: unknown, environment: NodeJS.ProcessEnv, missing: string[]): unknown {
  if (typeof node === 'string') {
    return node.replace(reference, (_, name: string) => {
      const value = environment[name];
      if (value === undefined || value === '') {
        if (!missing.includes(name)) missing.push(name);
        return `unset:${name}`;
      }
      return value;
    });
  }
  if (Array.isArray(node)) return node.map((item) => resolveReferences(item, environment, missing));
  if (typeof node === 'object' && node !== null) {
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key, resolveReferences(value, environment, missing)]),
    );
  }
  return node;
}

const secretFields: ReadonlySet<string> = new Set(['clientSecret', 'accessKeySecret', 'password']);

/** A URL with a password that is no reference. */
const urlWithPassword = /^\w+:\/\/[^/@]*:(?!\$\{\w+\}@)[^/@]+@/;

/** Secrets that are no references: a secret in a file ends up in version control. */
function inlineSecrets(document: unknown): string[] {
  const found: string[] = [];
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      const field = path === '' ? key : `${path}.${key}`;
      const isAbsent = value === null || value === undefined;
      const isSecret = secretFields.has(key) && !isAbsent && !/^\$\{\w+\}$/.test(String(value));
      if (isSecret || (typeof value === 'string' && urlWithPassword.test(value))) found.push(field);
      visit(value, field);
    }
  };
  visit(document, '');
  return found;
}

function describe(issue: Issue, document: unknown): string {
  const field = issue.path.map(String).join('.') || 'the file';
  if (issue.code === 'unrecognized_keys') {
    return `${field}: unknown setting ${(issue.keys ?? []).join(', ')}: check its spelling, or remove it`;
  }
  if (issue.code === 'invalid_key') {
    return `${field}: the name is not possible: ${(issue.issues ?? []).map(({ message }) => message).join(', ')}`;
  }
  const value = valueAt(document, issue.path);
  const isSecret = value !== undefined && issue.path.some((key) => secretFields.has(String(key)));
  return `${field} is ${isSecret ? 'not shown' : show(value)}: ${issue.message}`;
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let node: unknown = document;
  for (const key of path) {
    if (typeof node !== 'object' || node === null) return undefined;
    node = (node as Record<PropertyKey, unknown>)[key];
  }
  return node;
}

/** A value for an error message. References stay references and what holds more is not spelt out: no secret is shown. */
function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value) && value.length > 0) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    return `a mapping with ${shorten(Object.keys(value).join(', '))}`;
  }
  if (typeof value === 'string' && value.includes('://') && value.includes('@')) return 'a URL with a user';
  // JSON has no word for .nan and .inf.
  return shorten(typeof value === 'number' ? String(value) : JSON.stringify(value));
}

const shorten = (text: string) => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

function resolveWarehouse(
  warehouse: Configuration['warehouse'],
  fromFile: (path: string) => string,
): Configuration['warehouse'] {
  return 'path' in warehouse ? { ...warehouse, path: fromFile(warehouse.path) } : warehouse;
}

function resolveStaging(staging: string, fromFile: (path: string) => string): string {
  if (!staging.startsWith('file:')) return staging;
  const path = staging.slice('file:'.length);
  return path.startsWith('//') ? staging : `file://${fromFile(path)}`;
}
