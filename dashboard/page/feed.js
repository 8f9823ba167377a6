/** Questions to the feed: scores that are asked for only when they have changed, and the events that say so. */

const tokenKey = 'tidemark-dashboard-token';

/** The server wants a token that this tab does not have, or another one. */
export class TokenNeeded extends Error {}

/** The server refuses, with a reason for people. */
export class Refused extends Error {}

export const keepToken = (token) => sessionStorage.setItem(tokenKey, token);
export const hasToken = () => sessionStorage.getItem(tokenKey) !== null;

async function ask(path, options = {}) {
  const token = sessionStorage.getItem(tokenKey);
  const headers = { ...options.headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  const response = await fetch(path, { ...options, headers });
  if (response.status === 401) throw new TokenNeeded();
  if (!response.ok && response.status !== 304) throw new Refused(await reasonOf(response));
  return response;
}

async function reasonOf(response) {
  try {
    const { error } = await response.json();
    return [error.message, error.remedy].filter(Boolean).join(' ');
  } catch {
    return `The dashboard answered with status ${response.status}.`;
  }
}

export async function getConnections() {
  const response = await ask('api/v1/connections');
  return (await response.json()).connections;
}

/** The scores and their ETag; null when they are still those of the ETag. */
export async function getScores(parameters, etag) {
  const response = await ask(`api/v1/scores?${parameters}`, {
    headers: etag === null ? {} : { 'if-none-match': etag },
  });
  return response.status === 304
    ? null
    : { etag: response.headers.get('etag'), scores: await response.json() };
}

/** Without a sign of life for so long (milliseconds), the connection is taken for dead. */
const patience = 60_000;

/**
 * Calls back with each ETag that the server tells of, until the signal aborts. Rejects when the connection breaks.
 * EventSource would be shorter, but cannot carry a token.
 */
export async function listen(parameters, signal, onEtag) {
  const silence = new AbortController();
  const watched = AbortSignal.any([signal, silence.signal]);
  let timer = setTimeout(() => silence.abort(), patience);
  try {
    const response = await ask(`api/v1/events?${parameters}`, { signal: watched });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let pending = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) throw new Error('The server has ended the connection.');
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), patience);
      const blocks = (pending + value).split('\n\n');
      pending = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = block.split('\n').find((line) => line.startsWith('data: '));
        if (data !== undefined) onEtag(JSON.parse(data.slice('data: '.length)).etag);
      }
    }
  } finally {
    clearTimeout(timer);
  }
}
