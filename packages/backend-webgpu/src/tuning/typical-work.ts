import { type DeviceOp, type LoweringTable, lower, type Tfjs } from '@geodesic/backend';
import type { OpAttributes } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TunedKernel } from '../kernels/variants.js';

/** An operand: its shape, or, of whole numbers, its data too. */
type Operand =
  | readonly number[]
  | { readonly shape: readonly number[]; readonly integers: readonly number[] };

/** One op as models of some hundred million parameters run it. */
export interface TypicalWork {
  readonly op: DeviceOp;
  readonly operands: readonly Operand[];
  readonly attributes: OpAttributes[DeviceOp];
}

const FEATURES = 576;
const PROMPT = 256;

function work<K extends DeviceOp>(
  op: K,
  operands: readonly Operand[],
  attributes: OpAttributes[K],
): TypicalWork {
  return { op, operands, attributes };
}

/** Queries of nine heads over keys of three. */
function attention(queries: number, keys: number): TypicalWork {
  const operands = [
    [1, queries, 9, 64],
    [1, keys, 3, 64],
    [1, keys, 3, 64],
    [1, 1, queries, keys],
  ];
  return work('attention', operands, { scale: 0.125, softcap: null });
}

function linear(rows: number, inputs: number, outputs: number): TypicalWork {
  return work(
    'linear',
    [
      [1, rows, inputs],
      [inputs, outputs],
    ],
    {},
  );
}

function norm(rows: number): TypicalWork {
  return work('rmsNorm', [[1, rows, FEATURES], [FEATURES]], { eps: 1e-5 });
}

/** Pairs of consecutive tokens, as most of a merged prompt is. */
function merge(slots: number): TypicalWork {
  const pairs = Array.from({ length: slots }, (_, slot) => [2 * slot, 2 * slot + 1, 1]).flat();
  const plan = { shape: [1, slots, 3], integers: pairs };
  return work('tokenMerge', [[1, 2 * slots, FEATURES], plan], { interpolation: 'slerp' });
}

/** What each kernel is measured by: a decoding step, and a prompt. */
export const TYPICAL_WORK: Readonly<Record<TunedKernel, readonly TypicalWork[]>> = {
  norm: [norm(1), norm(PROMPT)],
  attention: [attention(1, 2 * PROMPT), attention(PROMPT, PROMPT)],
  tokenMerge: [merge(PROMPT / 2)],
  linear: [linear(1, FEATURES, 1536), linear(1, 1536, FEATURES), linear(PROMPT, FEATURES, FEATURES)],
};

/** The operands of a work, on the device that is active. The caller disposes them. */
export function operandsOf(tf: Tfjs, { operands }: TypicalWork): Tensor[] {
  return operands.map((operand) =>
    'integers' in operand
      ? tf.tensor([...operand.integers], [...operand.shape], 'int32')
      : tf.fill([...operand], 0.5),
  );
}

/** Records a work once, on the device that is active. */
export function run(
  tf: Tfjs,
  lowering: LoweringTable,
  { op, attributes }: TypicalWork,
  operands: readonly Tensor[],
): void {
  lower({ tf, lowering }, { op, attributes } as Parameters<typeof lower>[1], operands).dispose();
}
