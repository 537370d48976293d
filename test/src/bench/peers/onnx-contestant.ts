import { likeliest } from '../../next-token.js';
import type { Contestant } from './contestant.js';

/** SmolLM2's caches in ONNX models: one pair a layer, [1, heads, tokens, features]. */
const LAYERS = 30;
const EMPTY_SHAPE = [1, 3, 0, 64] as const;
const PAST = 'past_key_values.';
const PRESENT = 'present.';

/** What libraries around ONNX models hand in and out. */
export interface OnnxTensor {
  readonly data: Float32Array;
}

export type OnnxTensorClass = new (
  type: 'int64' | 'float32',
  data: BigInt64Array | Float32Array,
  shape: readonly number[],
) => OnnxTensor;

export type Named = Readonly<Record<string, OnnxTensor>>;

/** What differs between those libraries. */
export interface OnnxLibrary {
  readonly Tensor: OnnxTensorClass;
  /** One pass: the model's outputs, by name. */
  run(inputs: Named, cache: Named): Promise<Named>;
  close(): Promise<unknown>;
}

/** A contestant around an ONNX model, which keeps nothing between passes: caches go in and out. */
export function onnxContestant({ Tensor, run, close }: OnnxLibrary): Contestant {
  const empty = emptyCache((data, shape) => new Tensor('float32', data, shape));
  let [cache, length]: [Named, number] = [empty, 0];
  const step = async (tokens: readonly number[]) => {
    length += tokens.length;
    const inputs = {
      input_ids: new Tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length]),
      attention_mask: new Tensor('int64', new BigInt64Array(length).fill(1n), [1, length]),
    };
    const outputs = await run(inputs, cache);
    cache = cacheBehind(outputs);
    return likeliest((outputs.logits as OnnxTensor).data);
  };
  return {
    prefill(tokens) {
      [cache, length] = [empty, 0];
      return step(tokens);
    },
    decode: (token) => step([token]),
    close: async () => void (await close()),
  };
}

/** What a model is fed before the first token. */
function emptyCache<T>(tensor: (data: Float32Array, shape: readonly number[]) => T): Record<string, T> {
  const names = Array.from({ length: LAYERS }, (_, i) => [`${PAST}${i}.key`, `${PAST}${i}.value`]).flat();
  return Object.fromEntries(names.map((name) => [name, tensor(new Float32Array(0), EMPTY_SHAPE)]));
}

/** What a model is fed behind a step, from the step's outputs. */
function cacheBehind<T>(outputs: Readonly<Record<string, T>>): Record<string, T> {
  const cached = Object.entries(outputs).filter(([name]) => name.startsWith(PRESENT));
  return Object.fromEntries(cached.map(([name, value]) => [PAST + name.slice(PRESENT.length), value]));
}
