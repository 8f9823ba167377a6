/** The files of the page, read once. */
import { readFile } from 'node:fs/promises';
import { etagOf } from './conditional.js';

export interface PageFile {
  /** Path in the URL. */
  path: string;
  contentType: string;
  body: Buffer;
  etag: string;
}

const contentTypes = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
} as const;

const names = [
  'index.html',
  'dashboard.css',
  'dashboard.js',
  'around.js',
  'choice.js',
  'feed.js',
  'table.js',
  'text.js',
  'icon.svg',
] as const satisfies `${string}.${keyof typeof contentTypes}`[];

export async function readPageFiles(): Promise<PageFile[]> {
  return Promise.all(
    names.map(async (name) => {
      const body = await readFile(new URL(`./page/${name}`, import.meta.url));
      return {
        path: name === 'index.html' ? '/' : `/${name}`,
        contentType: contentTypes[name.slice(name.indexOf('.') + 1) as keyof typeof contentTypes],
        body,
        etag: etagOf(body),
      };
    }),
  );
}
