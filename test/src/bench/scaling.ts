import type { SlerpMergeOptions } from '@geodesic/compiler';
import { Corpus, PrefillCost } from '@geodesic/experiments';
import type { LanguageModel } from '@geodesic/runtime';
import { openBackend, openModel } from 'geodesic';
import { alternate, median, type Side } from './alternate.js';
import { verdict } from './limit.js';
import { describeMachine } from './machine.js';

const MODEL = 'smollm2-135m-instruct';
const LENGTHS = [128, 256, 512, 1024, 2048, 4096, 8192];
/** Half of the layers have the merged slots. */
const MERGE: SlerpMergeOptions = { afterLayer: 14 };
/** Of the gain that the cost model allows, from this length on. */
const LEAST_SHARE = 0.9;
const FROM_LENGTH = 512;

/**
 * Prefill time and KV bytes of passages of speeches, another one each turn, merged behind the middle layer with the defaults against
 * unmerged, on node, beside what the cost model says of the slots that each really left: no merge can save more time than arithmetic.
 *
 * @param lengths of prompts, as a command line gives them; default: 128 to 8192
 */
export async function benchScaling(lengths: readonly string[]): Promise<void> {
  const device = await openBackend('node');
  print(`${describeMachine()}, ${device.description}`);
  const model = await (await openModel(MODEL)).load(device);
  const corpus = await Corpus.read('sotu', 'all');
  for (const length of lengths.length > 0 ? lengths.map(Number) : LENGTHS) {
    const { tokenizer } = model as { tokenizer: NonNullable<typeof model.tokenizer> };
    await benchLength(model, length, corpus.passages(tokenizer, turnsFor(length), length, 0));
  }
  model.dispose();
}

async function benchLength(
  model: LanguageModel,
  length: number,
  passages: readonly (readonly number[])[],
): Promise<void> {
  const [merged, base] = [model.session({ merge: MERGE }), model.session()];
  const promptOf = (turn: number) => [passages[turn] as readonly number[]];
  const [slots, bytes]: [number[], number[]] = [[], []];
  const sides: [Side, Side] = [
    {
      name: 'merged',
      async run(turn) {
        await merged.prefill(promptOf(turn));
        slots[turn] = merged.slots[0] as number;
        bytes[turn] = merged.kvCacheBytes;
      },
    },
    { name: 'base', run: async (turn) => void (await base.prefill(promptOf(turn))) },
  ];
  const [own, other] = await alternate(sides, passages.length);
  const ratio = median(own.map((time, turn) => time / (other[turn] as number)));
  const kvBytes = mean(bytes) / base.kvCacheBytes;
  merged.dispose();
  base.dispose();
  const bound = boundOf(model, length, slots);
  const share = (1 - ratio) / (1 - bound.flops);
  const judged = length >= FROM_LENGTH ? ` (${verdict(LEAST_SHARE / share, 1)})` : '';
  print(
    `${String(length).padStart(4)} tokens: merged ${median(own).toFixed(0)} ms, base ${median(other).toFixed(0)} ms, ` +
      `ratio ${ratio.toFixed(3)} (${verdict(ratio, 1)}); bound ${bound.flops.toFixed(3)}, share of its gain ${share.toFixed(2)}, ` +
      `${LEAST_SHARE} over that ${(LEAST_SHARE / share).toFixed(2)}${judged}; KV bytes ${kvBytes.toFixed(3)}, model ${bound.kvBytes.toFixed(3)}`,
  );
}

/** Short prompts scatter more; long ones take long. */
function turnsFor(length: number): number {
  if (length <= 512) return 25;
  if (length <= 1024) return 15;
  return length <= 2048 ? 5 : 3;
}

/** Merged over base of the cost model's FLOPs and KV bytes, with as many slots as the prompts really left; means of all. */
function boundOf(
  model: LanguageModel,
  length: number,
  slots: readonly number[],
): { flops: number; kvBytes: number } {
  const merged = new PrefillCost(model.definition, MERGE);
  const costs = slots.map((left) => merged.costOf(left, length));
  const other = new PrefillCost(model.definition, undefined).costOf(length, length);
  return {
    flops: mean(costs.map(({ flops }) => flops)) / other.flops,
    kvBytes: mean(costs.map(({ kvCacheBytes }) => kvCacheBytes)) / other.kvCacheBytes,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
