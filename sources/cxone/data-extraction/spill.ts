/**
 * Rows set down in local files by the workflow they belong to, so that each file holds all of some workflows and is
 * small enough to be read as a whole, however large the input and whatever its order.
 */
import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntityKind } from './columns.js';

/** A row with where it came from: the place of its file among those of the window. */
export interface SpilledRow {
  kind: EntityKind;
  file: number;
  values: readonly string[];
}

type Line = [workflowId: string, kind: 0 | 1, file: number, values: readonly string[]];

/** So much of the input comes to one file; read and joined it takes several times that. */
const bytesPerPart = 4 * 2 ** 20;
/** Characters of lines that are held before they are written. */
const heldAtMost = 4 * 2 ** 20;

export class Spill {
  private held = 0;

  private constructor(
    private readonly directory: string,
    private readonly lines: string[][],
  ) {}

  /** @param bytes size of what will be set down, roughly */
  static async open(bytes: number): Promise<Spill> {
    const parts = Math.max(1, Math.ceil(bytes / bytesPerPart));
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-shape-'));
    return new Spill(
      directory,
      Array.from({ length: parts }, () => []),
    );
  }

  add(workflowId: string, { kind, file, values }: SpilledRow): Promise<void> | undefined {
    const line: Line = [workflowId, kind === 'workflows' ? 0 : 1, file, values];
    const text = JSON.stringify(line);
    this.lines[partOf(workflowId, this.lines.length)]?.push(text);
    this.held += text.length;
    return this.held < heldAtMost ? undefined : this.flush();
  }

  /** The workflows of one part after the other, with all of their rows; in the same order whenever it is read. */
  async *workflows(): AsyncGenerator<[workflowId: string, rows: SpilledRow[]][]> {
    await this.flush();
    for (const part of this.lines.keys()) {
      const byId = new Map<string, SpilledRow[]>();
      for (const text of (await readIfThere(this.pathOf(part))).split('\n')) {
        if (text === '') continue;
        const [id, kind, file, values] = JSON.parse(text) as Line;
        const rows = byId.get(id) ?? [];
        rows.push({ kind: kind === 0 ? 'workflows' : 'questions', file, values });
        byId.set(id, rows);
      }
      yield [...byId].sort(([a], [b]) => (a < b ? -1 : 1));
    }
  }

  async close(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  private async flush(): Promise<void> {
    this.held = 0;
    for (const [part, lines] of this.lines.entries()) {
      if (lines.length === 0) continue;
      await appendFile(this.pathOf(part), `${lines.splice(0).join('\n')}\n`);
    }
  }

  private pathOf(part: number): string {
    return join(this.directory, `part-${part}`);
  }
}

const partOf = (workflowId: string, parts: number): number =>
  createHash('sha256').update(workflowId).digest().readUInt32BE() % parts;

/** A part that nothing came to has no file. */
async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
