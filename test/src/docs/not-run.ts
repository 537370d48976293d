/**
 * What tests do not run of the pages, each with the reason: a command as it stands in its `sh` block, without its comment, or the
 * first line of a block of another language. Everything else runs, and an entry that no page has any more fails.
 */
export const NOT_RUN: Readonly<Record<string, string>> = {
  'npm ci && npm run demo': 'installs packages; `npx geodesic demo` runs what the script runs',
  'npm ci && npm test': 'installs packages, and is what runs this test',
  'npm run playground': 'serves until it is stopped; test/src/playground opens the page',
  'npx geodesic view --merge-after 15': 'serves until it is stopped; test/src/viewer opens the page',
  'npx geodesic view --merge-after 15 --length 512': 'as above',
  'npx geodesic emit --model owner/name --merge-after 15 --out ahead':
    'downloads; test/src/docs/ahead-of-time.test.ts emits the default model',
  '/** Layers 0 to 3: hidden states to hidden states, keys and values behind those of the past. */':
    'test/src/docs/ahead-of-time.test.ts compares it with an emitted module',
  "    let x = embedding(tf, upload(tf, ids), weight('embed.weight'));": 'as above',
  "import type { Weights } from '@geodesic/backend/kernels';":
    'test/src/docs/ahead-of-time.test.ts runs it beside an emitted module',
  'npx geodesic experiment run quick':
    'takes minutes; test/src/experiments/run.test.ts plans all shipped specs',
  'npx geodesic experiment run retrieval --queue redis://queue-host:6379':
    'needs Redis and minutes; test/src/experiments/queue.test.ts runs a smaller one',
  'npx geodesic experiment worker --queue redis://queue-host:6379':
    'works until it is stopped; test/src/experiments/queue.test.ts starts one',
};
