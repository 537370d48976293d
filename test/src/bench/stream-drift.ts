import type { SlerpMergeOptions } from '@geodesic/compiler';
import { Corpus } from '@geodesic/experiments';
import { klDivergence, type LanguageModel, type Session } from '@geodesic/runtime';
import { openBackend, openModel } from 'geodesic';
import { largestDifference } from '../difference.js';
import { median } from './alternate.js';
import { describeMachine } from './machine.js';

const MODEL = 'smollm2-135m-instruct';
/** Half of the layers have the merged slots. */
const MERGE: SlerpMergeOptions = { afterLayer: 14 };
const PASSAGES = 3;
const PROMPT = 64;
/** Tokens that follow each prompt, one a step, and over how many of them figures are taken together. */
const FED = 256;
const WINDOW = 64;

/** One way of going on, and how long its steps took: those that merged, and the others. */
interface Way {
  readonly name: string;
  readonly session: Session;
  readonly merging: number[];
  readonly plain: number[];
}

/** Divergences in nats, of one row at one step. */
interface Drift {
  readonly kvOfExact: number;
  readonly logitDifference: number;
  readonly exactOfBase: number;
  readonly kvOfBase: number;
}

/**
 * How far merging cached keys and values (`kv`) leads away from computing the later layers anew (`exact`), on node: speeches are fed
 * token by token to both and to the unmerged model, and their distributions compared at each token. Times of steps are of one run, in
 * which all three take turns.
 */
export async function benchStreamDrift(): Promise<void> {
  const device = await openBackend('node');
  print(`${describeMachine()}, ${device.description}`);
  const model = await (await openModel(MODEL)).load(device);
  const corpus = await Corpus.read('sotu', 'all');
  const tokenizer = model.tokenizer as NonNullable<typeof model.tokenizer>;
  const rows = corpus.passages(tokenizer, PASSAGES, PROMPT + FED, 0);
  const ways = [
    wayOf(model, 'base'),
    wayOf(model, 'exact', { ...MERGE, stream: 'exact' }),
    wayOf(model, 'kv', { ...MERGE, stream: 'kv' }),
  ] as const;
  for (const { session } of ways) await session.prefill(rows.map((row) => row.slice(0, PROMPT)));
  print(
    `${PASSAGES} passages, ${PROMPT} tokens as a prompt and ${FED} fed; merged after layer ${MERGE.afterLayer} with the defaults`,
  );
  for (let from = 0; from < FED; from += WINDOW) {
    const drifts: Drift[] = [];
    for (let i = from; i < from + WINDOW; i++) {
      drifts.push(
        ...(await step(
          ways,
          rows.map((row) => row[PROMPT + i] as number),
        )),
      );
    }
    printWindow(from, drifts);
  }
  printCosts(ways);
  for (const { session } of ways) session.dispose();
  model.dispose();
}

function wayOf(
  model: LanguageModel,
  name: string,
  merge: readonly SlerpMergeOptions[] | SlerpMergeOptions = [],
): Way {
  return { name, session: model.session({ merge }), merging: [], plain: [] };
}

/** Feeds a token to each row of all ways, and compares what they say of the next. */
async function step(ways: readonly [Way, Way, Way], ids: readonly number[]): Promise<Drift[]> {
  const logits: Float32Array[] = [];
  for (const { session, merging, plain } of ways) {
    const start = performance.now();
    const { logits: values, merges } = await session.decode(ids.map((id) => [id]));
    (merges.length > 0 ? merging : plain).push(performance.now() - start);
    logits.push(values.data as Float32Array);
  }
  return ids.map((_, row) => {
    const [base, exact, kv] = logits.map((data) => {
      const width = data.length / ids.length;
      return data.subarray(row * width, (row + 1) * width);
    }) as [Float32Array, Float32Array, Float32Array];
    return {
      kvOfExact: klDivergence(exact, kv),
      logitDifference: largestDifference(kv, exact),
      exactOfBase: klDivergence(base, exact),
      kvOfBase: klDivergence(base, kv),
    };
  });
}

function printWindow(from: number, drifts: readonly Drift[]): void {
  const mean = (key: keyof Drift) => drifts.reduce((sum, drift) => sum + drift[key], 0) / drifts.length;
  const largest = Math.max(...drifts.map(({ logitDifference }) => logitDifference));
  print(
    `tokens ${from + 1} to ${from + WINDOW}: KL of kv from exact ${mean('kvOfExact').toFixed(4)} nats, ` +
      `logits differ by up to ${largest.toFixed(2)}; KL from the unmerged model: exact ${mean('exactOfBase').toFixed(4)}, kv ${mean('kvOfBase').toFixed(4)}`,
  );
}

function printCosts([base, ...merging]: readonly [Way, Way, Way]): void {
  for (const { name, session, merging: times, plain } of merging) {
    const bytes = session.kvCacheBytes / base.session.kvCacheBytes;
    print(
      `${name}: ${times.length} steps merged, ${median(times).toFixed(0)} ms, the others ${median(plain).toFixed(0)} ms, ` +
        `ratio ${(median(times) / median(plain)).toFixed(2)}; KV bytes ${bytes.toFixed(3)} of the base's`,
    );
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
