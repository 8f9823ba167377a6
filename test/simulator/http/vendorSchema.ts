/** The vendor's models as JSON schemas that know no field but the vendor's. */
import { Ajv, type ValidateFunction } from 'ajv';
import {
  models,
  type Model,
  type ModelField,
} from '../../../simulator/genesys/published/contract/contract.js';

const text = { type: 'string' };
const number = { type: 'number' };
const flag = { type: 'boolean' };

/**
 * Models that the contract only names. Their fields are those of the vendor's JavaScript library 262.0.0, as far as an
 * answer of the simulator has use for them: one more of them here is one more to look up there.
 */
const beyondContract: Readonly<Record<string, Model>> = {
  User: {
    id: text,
    name: text,
    division: { type: 'Division' },
    department: text,
    email: text,
    state: text,
    title: text,
    username: text,
    version: number,
    acdAutoAnswer: flag,
    selfUri: text,
  },
  Queue: { id: text, name: text, division: { type: 'Division' }, selfUri: text },
  Division: { id: text, name: text, selfUri: text },
  WritableDivision: { id: text, name: text, selfUri: text },
  WritableStarrableDivision: { id: text, name: text, selfUri: text },
  TeamEntityListing: {
    entities: { type: 'Array<Team>' },
    nextUri: text,
    selfUri: text,
    previousUri: text,
  },
  DivsPermittedEntityListing: {
    entities: { type: 'Array<AuthzDivision>' },
    pageSize: number,
    pageNumber: number,
    total: number,
    allDivsPermitted: flag,
    lastUri: text,
    firstUri: text,
    selfUri: text,
    nextUri: text,
    previousUri: text,
    pageCount: number,
  },
  UserReference: { id: text, selfUri: text },
  QueueReference: { id: text, selfUri: text },
  AuthzSubject: {
    id: text,
    name: text,
    grants: { type: 'Array<AuthzGrant>' },
    version: number,
    selfUri: text,
  },
  AuthzGrant: {
    subjectId: text,
    division: { type: 'AuthzDivision' },
    role: { type: 'AuthzGrantRole' },
    grantMadeAt: text,
  },
  AuthzGrantRole: {
    id: text,
    name: text,
    description: text,
    policies: { type: 'Array<AuthzGrantPolicy>' },
    default: flag,
    selfUri: text,
  },
  AuthzGrantPolicy: {
    actions: { type: 'Array<string>' },
    condition: text,
    domain: text,
    entityName: text,
  },
  LimitDocumentation: { url: text },
  AggregateViewData: { name: text, stats: { type: 'StatisticalSummary' } },
  AnalyticsParticipantWithoutAttributes: {
    externalContactId: text,
    externalOrganizationId: text,
    flaggedReason: text,
    participantId: text,
    participantName: text,
    purpose: text,
    screenRecording: flag,
    teamId: text,
    userId: text,
    sessions: { type: 'Array<AnalyticsSession>' },
  },
};

const catalogue = { ...beyondContract, ...models };

type Schema = Record<string, unknown> | false;

function schemaOf(type: string, allowed?: readonly string[]): Schema {
  const element = /^Array<(.+)>$/.exec(type)?.[1] ?? /^\[(.+)\]$/.exec(type)?.[1];
  if (element !== undefined) return { type: 'array', items: schemaOf(element, allowed) };
  const value = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (value !== undefined) return { type: 'object', additionalProperties: schemaOf(value) };
  if (type === 'string' && allowed !== undefined) return { type, enum: allowed };
  if (['string', 'number', 'boolean'].includes(type)) return { type };
  // The vendor's word for anything: the predicates of a condition are such `object`s, and in truth texts.
  if (type === 'object' || type === 'Object') return {};
  // What nobody has described cannot be checked, and so must not be sent.
  return Object.hasOwn(catalogue, type) ? { $ref: `vendor#/definitions/${type}` } : false;
}

function modelSchema(model: Model): Schema {
  const fields: [string, ModelField][] = Object.entries(model);
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(([name, field]) => [name, schemaOf(field.type, field.enum)])),
    required: fields.filter(([, field]) => field.required === true).map(([name]) => name),
    additionalProperties: false,
  };
}

const ajv = new Ajv({ allErrors: true });
ajv.addSchema({
  $id: 'vendor',
  definitions: Object.fromEntries(
    Object.entries(catalogue).map(([name, model]) => [name, modelSchema(model)]),
  ),
});
const validators = new Map<string, ValidateFunction>();

/** How a value deviates from a type of the vendor's; empty when it does not. */
export function deviations(type: string, value: unknown): string[] {
  let validate = validators.get(type);
  if (validate === undefined) {
    validate = ajv.compile(schemaOf(type));
    validators.set(type, validate);
  }
  if (validate(value)) return [];
  // The same mistake in every row is told often enough by the first ones.
  return (validate.errors ?? [])
    .slice(0, 5)
    .map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
}
