/** The JSON Schema that the Compose Specification publishes, from the Go module that Docker reads files with. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const module = 'github.com/compose-spec/compose-go/v2@v2.16.2';
const checksum = 'h1:pTp1DqQwJzFd85GzlWsSszKA1ABrV/ySqsClujIcWA8=';

export async function hasGo(): Promise<boolean> {
  return run('go', ['version']).then(
    () => true,
    () => false,
  );
}

/** Downloads the module unless Go has it already. */
export async function publishedSchema(): Promise<object> {
  // Outside of any module, so that nobody's go.mod is touched.
  const { stdout } = await run('go', ['mod', 'download', '-json', module], { cwd: tmpdir() });
  const { Dir, Sum } = JSON.parse(stdout) as { Dir: string; Sum: string };
  if (Sum !== checksum) throw new Error(`${module} has the checksum ${Sum} instead of ${checksum}`);
  return JSON.parse(await readFile(join(Dir, 'schema', 'compose-spec.json'), 'utf8')) as object;
}
