/** docker-compose.yml as its tests see it. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export interface Service {
  image: string;
  build?: string;
  command?: string[];
  depends_on?: Record<string, { condition: string }>;
  environment?: Record<string, string>;
  healthcheck?: object;
  network_mode?: string;
  restart?: string;
  volumes?: (string | { source: string; target: string })[];
}

export interface ComposeFile {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
}

export const projectFile = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export async function readComposeFile(): Promise<ComposeFile> {
  // Merge keys (<<) are YAML 1.1, which Compose reads.
  return parse(await readFile(projectFile('docker-compose.yml'), 'utf8'), { merge: true }) as ComposeFile;
}
