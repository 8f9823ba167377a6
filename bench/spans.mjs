/**
 * Loaded into a worker before anything else (`node --import`): notes when HTTP requests are open and when DuckDB works,
 * and samples what JavaScript does. Each thread writes a file of its own to the directory BENCH_SPANS when it ends.
 */
import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';
import { isMainThread, threadId } from 'node:worker_threads';
import { DuckDBConnection } from '@duckdb/node-api';

const now = () => performance.timeOrigin + performance.now();
const spans = [];
const opened = (kind) => {
  const span = { kind, from: now(), to: null };
  spans.push(span);
  return () => {
    span.to ??= now();
  };
};

subscribe('http.client.request.start', ({ request }) => {
  const close = opened('http');
  request.once('response', (response) => response.once('close', close));
  request.once('error', close);
});

for (const name of ['run', 'runAndReadAll', 'stream']) {
  const work = DuckDBConnection.prototype[name];
  DuckDBConnection.prototype[name] = async function timed(...args) {
    const close = opened(/^\s*COPY/i.test(String(args[0])) ? 'parquet' : 'sql');
    try {
      return await work.apply(this, args);
    } finally {
      close();
    }
  };
}

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.setSamplingInterval', { interval: 1_000 });
session.post('Profiler.start');
const begin = now();

process.on('exit', () => {
  // The session is of this very thread: it answers at once.
  session.post('Profiler.stop', (error, { profile } = {}) => {
    if (error) throw error;
    const file = join(process.env.BENCH_SPANS, `${threadId}.json`);
    writeFileSync(file, JSON.stringify({ isMainThread, begin, spans, profile }));
  });
});
