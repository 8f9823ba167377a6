/** What samples of a CPU profile say: seconds by part of the product, and when JavaScript ran at all. */

/** A frame belongs to the first part whose pattern its file matches; frames of Node and V8 belong to their callers. */
const partsByFile = [
  [
    'HTTP client (got)',
    /\/node_modules\/(got|cacheable|keyv|form-data|http-cache|decompress|responselike|@szmarczak|get-stream|p-)/,
  ],
  ['HTTP: limits, sign-in, answers', /\/dist\/sources\/http\//],
  ['schemas (zod)', /\/node_modules\/zod\//],
  ['mapping to rows', /\/dist\/(sources|model)\//],
  ['rows to files', /\/dist\/staging\//],
  ['warehouse', /\/dist\/warehouses\/|\/node_modules\/@duckdb\//],
  ['activities', /\/dist\/activities\//],
  [
    'Temporal SDK and workflows',
    /\/node_modules\/(@temporalio|protobufjs|@protobufjs|@grpc|long)\/|workflow-bundle|\/dist\/workflows\//,
  ],
  ['logging', /\/node_modules\/(pino|sonic-boom|thread-stream)/],
  ['worker process', /\/dist\/(workers|cli)\//],
];
const httpOfNode =
  /^node:(_http|http|https|net|tls|zlib|internal\/(http|stream|net|webstreams|crypto|zlib|undici))/;
const notWork = new Set(['(idle)', '(program)']);

export function parts({ profile, begin }, run) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map();
  for (const { id, children = [] } of profile.nodes) for (const child of children) parents.set(child, id);
  const known = new Map();
  const partOf = (id) => {
    if (!known.has(id)) known.set(id, findPart(id));
    return known.get(id);
  };
  function findPart(id) {
    if (nodes.get(id).callFrame.functionName === '(garbage collector)') return 'garbage collection';
    let ofNode = 'Node';
    for (let at = id; at !== undefined; at = parents.get(at)) {
      const { url } = nodes.get(at).callFrame;
      const part = partsByFile.find(([, pattern]) => pattern.test(url));
      if (part !== undefined) return part[0];
      if (httpOfNode.test(url)) ofNode = 'HTTP and streams of Node';
    }
    return ofNode;
  }

  const seconds = new Map();
  const busy = [];
  let at = begin;
  for (const [index, id] of profile.samples.entries()) {
    const from = at;
    // Microseconds since the sample before: what was seen there lasted until this one.
    at += (profile.timeDeltas[index + 1] ?? 0) / 1_000;
    if (at < run.from || from > run.to || notWork.has(nodes.get(id).callFrame.functionName)) continue;
    busy.push({ from, to: at });
    const part = partOf(id);
    seconds.set(part, (seconds.get(part) ?? 0) + (at - from) / 1_000);
  }
  return { seconds, busy };
}
