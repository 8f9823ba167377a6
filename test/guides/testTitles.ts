/** Titles of the tests that a file holds, read from its source: what vitest would run, without running it. */
import { parseSync, type Argument, type CallExpression, type Expression, type Node } from 'oxc-parser';

export interface FoundTest {
  /** Titles of the describes around it and its own, joined by ' > '; templates and placeholders as written. */
  title: string;
  /** Something may keep it, or a describe around it, from being run or from failing. */
  isHeldBack: boolean;
}

const suites = ['describe', 'suite'];
const cases = ['it', 'test'];
const holdingBack = ['skip', 'todo', 'skipIf', 'runIf', 'fails', 'only'];

/** @param source text of a TypeScript file */
export function testTitles(source: string): FoundTest[] {
  const found: FoundTest[] = [];
  const visit = (node: Node, path: readonly string[], isHeldBack: boolean): void => {
    const call = node.type === 'CallExpression' ? calledTest(source, node) : undefined;
    if (call === undefined) {
      for (const child of childrenOf(node)) visit(child, path, isHeldBack);
      return;
    }
    const own = [...path, call.title];
    const isHeld = isHeldBack || call.isHeldBack;
    if (call.isCase) found.push({ title: own.join(' > '), isHeldBack: isHeld });
    else for (const part of call.body) visit(part, own, isHeld);
  };
  visit(parseSync('source.ts', source).program, [], false);
  return found;
}

const childrenOf = (node: Node): Node[] => Object.values(node).flat().filter(isNode);

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** A call of describe or it, or of what their modifiers give; undefined for any other call. */
function calledTest(source: string, { callee, arguments: [title, ...body] }: CallExpression) {
  const names = namesOf(callee);
  const [first = ''] = names;
  if (title === undefined || ![...suites, ...cases].includes(first)) return undefined;
  // it.each(rows) is no test yet, but gives what makes them.
  if (callee.type === 'MemberExpression' && givesTests.includes(names.at(-1) ?? '')) return undefined;
  return {
    title: titleOf(source, title),
    isCase: cases.includes(first),
    isHeldBack: names.some((name) => holdingBack.includes(name)) || body.some(isHoldingBack),
    body,
  };
}

const givesTests = ['each', 'for', 'skipIf', 'runIf', 'extend'];

/** it.skip.each(rows) is it, skip, each. */
function namesOf(expression: Expression): string[] {
  switch (expression.type) {
    case 'Identifier':
      return [expression.name];
    case 'MemberExpression':
      return expression.property.type === 'Identifier'
        ? [...namesOf(expression.object), expression.property.name]
        : [];
    case 'CallExpression':
      return namesOf(expression.callee);
    case 'TaggedTemplateExpression':
      return namesOf(expression.tag);
    default:
      return [];
  }
}

function titleOf(source: string, node: Argument): string {
  const text = source.slice(node.start, node.end);
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type === 'TemplateLiteral') return text.slice(1, -1);
  return `\${${text}}`;
}

/** Options of a test: { skip: true }. */
function isHoldingBack(node: Argument): boolean {
  return (
    node.type === 'ObjectExpression' &&
    node.properties.some(
      (property) =>
        property.type === 'Property' &&
        property.key.type === 'Identifier' &&
        holdingBack.includes(property.key.name),
    )
  );
}
