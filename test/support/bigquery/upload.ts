/** The body of a multipart upload: the job as JSON, then the bytes to load. */
import { invalid } from './errors.js';

export interface Upload {
  metadata: unknown;
  content: Buffer;
}

/** Reads `multipart/related` with exactly two parts. Throws when it is anything else. */
export function readUpload(contentType: string, body: Buffer): Upload {
  const boundary = /^multipart\/related;.*boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined)
    throw invalid(`Content-Type ${contentType} is not multipart/related with a boundary`);
  const [first, second, ...more] = partsOf(body, Buffer.from(`--${boundary}`));
  if (first === undefined || second === undefined || more.length > 0)
    throw invalid('An upload needs two parts: metadata and content');
  if (!/^application\/json/i.test(first.type))
    throw invalid(`The first part has type ${first.type}, not application/json`);
  return { metadata: JSON.parse(first.content.toString()) as unknown, content: second.content };
}

function partsOf(body: Buffer, delimiter: Buffer): { type: string; content: Buffer }[] {
  const parts: { type: string; content: Buffer }[] = [];
  let from = body.indexOf(delimiter);
  while (from >= 0) {
    const start = from + delimiter.length;
    if (body.subarray(start, start + 2).toString() === '--') return parts;
    const next = body.indexOf(Buffer.concat([Buffer.from('\r\n'), delimiter]), start);
    if (next < 0) break;
    const headEnd = body.indexOf('\r\n\r\n', start);
    const head = body.subarray(start, headEnd).toString();
    parts.push({
      type: /content-type: *([^\r\n]+)/i.exec(head)?.[1] ?? '',
      content: body.subarray(headEnd + 4, next),
    });
    from = next + 2;
  }
  throw invalid('The upload ends without its closing boundary');
}
