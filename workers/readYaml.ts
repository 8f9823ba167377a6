/** YAML as plain values. Errors say where, and quote nothing of the file: the line may hold a secret. */
import { isAlias, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { TidemarkError } from '../model/errors.js';

/** Deeper than any setting; what holds itself is deeper than everything. */
const deepest = 50;

const remedy = 'Correct it, or begin again with a copy of tidemark.example.yaml.';

/** @throws TidemarkError InvalidConfig with line and column, or with the setting that is nested too deeply. */
export function readYaml(text: string, path: string): unknown {
  const lines = new LineCounter();
  const invalid = (offset: number, problem: string, cause?: unknown) => {
    const { line, col } = lines.linePos(offset);
    return new TidemarkError(
      'InvalidConfig',
      `${path} is not valid YAML at line ${line}, column ${col}: ${problem}.`,
      { remedy, cause },
    );
  };
  // Warnings are about tags that nobody needs: their values fail the schema.
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) throw invalid(error.pos[0], problemOf(error.code, error.message), error);
  const unresolved = findUnresolved(document);
  if (unresolved !== undefined) throw invalid(unresolved.offset, unresolved.problem);
  let value: unknown;
  try {
    value = document.toJS();
  } catch (cause) {
    throw invalid(0, 'its aliases stand for too much', cause);
  }
  checkDepth(value, path, []);
  return value;
}

/** The parser's words without what it quotes. */
function problemOf(code: string, message: string): string {
  if (code === 'RESOURCE_EXHAUSTION') return 'it is nested too deeply';
  const plain = message.replace(/: ".*$/su, '').replace(/[.:\s]+$/u, '');
  return code === 'BAD_ALIAS' ? 'an alias has no name that is possible' : plain;
}

function findUnresolved(document: Document): { offset: number; problem: string } | undefined {
  let found: { offset: number; problem: string } | undefined;
  visit(document, {
    Node: (_, node) => {
      if (!isAlias(node) || node.resolve(document) !== undefined) return undefined;
      found = { offset: node.range?.[0] ?? 0, problem: 'an alias (*) has no anchor (&) before it' };
      return visit.BREAK;
    },
  });
  return found;
}

function checkDepth(node: unknown, path: string, keys: readonly string[]): void {
  if (typeof node !== 'object' || node === null) return;
  if (keys.length > deepest) {
    throw new TidemarkError(
      'InvalidConfig',
      `${path} is not valid:\n  - ${keys.slice(0, 4).join('.')} is nested more than ${deepest} deep, or holds itself.`,
      { remedy },
    );
  }
  for (const [key, value] of Object.entries(node)) checkDepth(value, path, [...keys, key]);
}
