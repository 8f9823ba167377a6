/** The files of the page, read once. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

export interface PageFile {
  /** Path in the URL. */
  path: string;
  contentType: string;
  body: Buffer;
  etag: string;
}

const files = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/dashboard.css', 'dashboard.css', 'text/css; charset=utf-8'],
  ['/dashboard.js', 'dashboard.js', 'text/javascript; charset=utf-8'],
  ['/feed.js', 'feed.js', 'text/javascript; charset=utf-8'],
  ['/table.js', 'table.js', 'text/javascript; charset=utf-8'],
  ['/text.js', 'text.js', 'text/javascript; charset=utf-8'],
  ['/icon.svg', 'icon.svg', 'image/svg+xml'],
] as const;

export async function readPageFiles(): Promise<PageFile[]> {
  return Promise.all(
    files.map(async ([path, name, contentType]) => {
      const body = await readFile(new URL(`./page/${name}`, import.meta.url));
      const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
      return { path, contentType, body, etag };
    }),
  );
}
