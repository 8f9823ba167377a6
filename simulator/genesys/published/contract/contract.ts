import modelCatalogue from './models.json' with { type: 'json' };
import operationCatalogue from './operations.json' with { type: 'json' };

/** One field of a published model: its type as the vendor's library writes it, and its enum where it has one. */
export interface ModelField {
  type: string;
  required?: boolean;
  enum?: readonly string[];
}

/** A published model: its fields by name. */
export type Model = Readonly<Record<string, ModelField>>;

/** One operation of the published API that the simulator serves. */
export interface Operation {
  /** The vendor's operation name. */
  id: string;
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  /** Query parameters: `list` ones take several values, comma-joined or repeated. */
  query: Readonly<Record<string, 'one' | 'list'>>;
  /** Model of the answer; `[X]` for a bare array. */
  returns: string;
  /** Model of the request body. */
  body?: string;
  /** Permissions the client needs: any one of them, or all. Absent: none. */
  permissions?: { any?: readonly string[]; all?: readonly string[] };
}

/** Every operation the simulator serves. */
export const operations = operationCatalogue.operations as unknown as readonly Operation[];

/** Every model those operations reach, as far as the vendor's client library describes it. */
export const models: Readonly<Record<string, Model>> = modelCatalogue.models;

/** The values a field of a model may take; throws when the contract gives none, which is a mistake in the code. */
export function enumOf(model: string, field: string): readonly string[] {
  const values = models[model]?.[field]?.enum;
  if (values === undefined) throw new Error(`The contract has no enum for ${model}.${field}`);
  return values;
}
