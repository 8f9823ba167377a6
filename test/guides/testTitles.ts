/** Titles of the tests that a file holds, read from its source: what vitest would run, without running it. */
import ts from 'typescript';

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
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const found: FoundTest[] = [];
  const visit = (node: ts.Node, path: readonly string[], isHeldBack: boolean): void => {
    const call = ts.isCallExpression(node) ? calledTest(node) : undefined;
    if (call === undefined) {
      ts.forEachChild(node, (child) => visit(child, path, isHeldBack));
      return;
    }
    const own = [...path, call.title];
    const isHeld = isHeldBack || call.isHeldBack;
    if (call.isCase) found.push({ title: own.join(' > '), isHeldBack: isHeld });
    else for (const part of call.body) visit(part, own, isHeld);
  };
  visit(file, [], false);
  return found;
}

/** A call of describe or it, or of what their modifiers give; undefined for any other call. */
function calledTest({ expression, arguments: [title, ...body] }: ts.CallExpression) {
  const names = namesOf(expression);
  const [first = ''] = names;
  if (title === undefined || ![...suites, ...cases].includes(first)) return undefined;
  // it.each(rows) is no test yet, but gives what makes them.
  if (ts.isPropertyAccessExpression(expression) && givesTests.includes(expression.name.text))
    return undefined;
  return {
    title: titleOf(title),
    isCase: cases.includes(first),
    isHeldBack: names.some((name) => holdingBack.includes(name)) || body.some(isHoldingBack),
    body,
  };
}

const givesTests = ['each', 'for', 'skipIf', 'runIf', 'extend'];

/** it.skip.each(rows) is it, skip, each. */
function namesOf(expression: ts.Expression): string[] {
  if (ts.isIdentifier(expression)) return [expression.text];
  if (ts.isPropertyAccessExpression(expression))
    return [...namesOf(expression.expression), expression.name.text];
  if (ts.isCallExpression(expression)) return namesOf(expression.expression);
  if (ts.isTaggedTemplateExpression(expression)) return namesOf(expression.tag);
  return [];
}

function titleOf(node: ts.Expression): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) return node.getText().slice(1, -1);
  return `\${${node.getText()}}`;
}

/** Options of a test: { skip: true }. */
function isHoldingBack(node: ts.Node): boolean {
  return (
    ts.isObjectLiteralExpression(node) &&
    node.properties.some(({ name }) => name !== undefined && holdingBack.includes(name.getText()))
  );
}
