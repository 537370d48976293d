/** `npm run bench -- NAME`: runs one benchmark. Each compares two sides in one run and prints ratios and medians. */
const benchmarks: Readonly<Record<string, () => Promise<void>>> = {
  main: async () => (await import('./main-job.js')).benchMainJob(),
  webgpu: async () => (await import('./webgpu.js')).benchWebgpu(),
  greedy: async () => (await import('./greedy.js')).benchGreedy(),
  'packed-weights': async () => (await import('./packed-weights.js')).benchPackedWeights(),
  'half-caches': async () => (await import('./half-caches.js')).benchHalfCaches(),
  peers: async () => (await import('./peers/peers.js')).benchPeers(process.argv.slice(3)),
  'node-graph': async () => (await import('./node-graph.js')).benchNodeGraph(),
  scaling: async () => (await import('./scaling.js')).benchScaling(process.argv.slice(3)),
  'kv-bytes': async () => (await import('./kv-bytes.js')).benchKvBytes(process.argv.slice(3)),
  'stream-drift': async () => (await import('./stream-drift.js')).benchStreamDrift(),
};

const name = process.argv[2] ?? '';
const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
if (benchmark === undefined) {
  process.stderr.write(
    `error: there is no benchmark '${name}': choose ${Object.keys(benchmarks).join(', ')}\n`,
  );
  process.exitCode = 1;
} else {
  await benchmark();
}
