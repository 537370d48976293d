import type { SlerpMergeOptions } from '@geodesic/compiler';
import { Corpus, PrefillCost } from '@geodesic/experiments';
import type { LanguageModel, MergeTrace } from '@geodesic/runtime';
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
 * Prefill time and KV bytes of a speech, merged behind the middle layer with the defaults against unmerged, on node, beside what the cost
 * model says of the slots that the speech really left: no merge can save more time than arithmetic.
 *
 * @param lengths of prompts, as a command line gives them; default: 128 to 8192
 */
export async function benchScaling(lengths: readonly string[]): Promise<void> {
  const device = await openBackend('node');
  print(`${describeMachine()}, ${device.description}`);
  const model = await (await openModel(MODEL)).load(device);
  const corpus = await Corpus.read('sotu', 'all');
  for (const length of lengths.length > 0 ? lengths.map(Number) : LENGTHS) {
    const [prompt] = corpus.passages(model.tokenizer as NonNullable<typeof model.tokenizer>, 1, length, 0);
    await benchLength(model, prompt as number[]);
  }
  model.dispose();
}

async function benchLength(model: LanguageModel, prompt: readonly number[]): Promise<void> {
  const { length } = prompt;
  const [merged, base] = [model.session({ merge: MERGE }), model.session()];
  const sides: [Side, Side] = [
    { name: 'merged', run: async () => void (await merged.prefill([prompt])) },
    { name: 'base', run: async () => void (await base.prefill([prompt])) },
  ];
  const [own, other] = await alternate(sides, turnsFor(length));
  const { merges } = await merged.prefill([prompt]);
  const ratio = median(own.map((time, turn) => time / (other[turn] as number)));
  const kvBytes = merged.kvCacheBytes / base.kvCacheBytes;
  const bound = boundOf(model, length, merges);
  merged.dispose();
  base.dispose();
  const share = (1 - ratio) / (1 - bound.flops);
  const judged = length >= FROM_LENGTH ? ` (${verdict(LEAST_SHARE / share, 1)})` : '';
  print(
    `${String(length).padStart(4)} tokens: merged ${median(own).toFixed(0)} ms, base ${median(other).toFixed(0)} ms, ` +
      `ratio ${ratio.toFixed(3)} (${verdict(ratio, 1)}); bound ${bound.flops.toFixed(3)}, share of its gain ${share.toFixed(2)}, ` +
      `${LEAST_SHARE} over that ${(LEAST_SHARE / share).toFixed(2)}${judged}; KV bytes ${kvBytes.toFixed(3)}, model ${bound.kvBytes.toFixed(3)}`,
  );
}

/** Long prompts take long, and scatter less. */
function turnsFor(length: number): number {
  if (length <= 1024) return 9;
  return length <= 2048 ? 5 : 3;
}

/** Merged over base of the cost model's FLOPs and KV bytes, with as many slots as the prompt really left. */
function boundOf(
  model: LanguageModel,
  length: number,
  merges: readonly MergeTrace[],
): { flops: number; kvBytes: number } {
  const slots = merges[0]?.rows[0]?.length as number;
  const own = new PrefillCost(model.definition, MERGE).costOf(slots, length);
  const other = new PrefillCost(model.definition, undefined).costOf(length, length);
  return { flops: own.flops / other.flops, kvBytes: own.kvCacheBytes / other.kvCacheBytes };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
