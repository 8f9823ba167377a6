/** Quoted text, a comment, a separator, or what lies between them; what is not closed is left to the analyzer. */
const parts =
  /'''[^]*?'''|"""[^]*?"""|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`[^`\n]*`|--.*|#.*|\/\*[^]*?\*\/|;|[^;'"`#/-]+|[^]/g;

/** The statements of a script without blocks, in their order; empty ones are left out. */
export function splitScript(script: string): string[] {
  const statements = [''];
  for (const [part] of script.matchAll(parts)) {
    if (part === ';') statements.push('');
    else statements.push((statements.pop() ?? '') + part);
  }
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '');
}
