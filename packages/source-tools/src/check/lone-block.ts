import * as dsl from '@geodesic/dsl';
import { isPlain, UNKNOWN } from '../evaluate/unknown.js';

/** Blocks that can be tried on states of any width. */
const BLOCKS = {
  selfAttention: dsl.selfAttention,
  mlp: dsl.mlp,
  gatedMlp: dsl.gatedMlp,
  mixtureOfExperts: dsl.mixtureOfExperts,
};

/** What stands for options that can't be told and that a block needs. */
const STAND_INS: Readonly<Record<string, unknown>> = {
  position: null,
  mask: dsl.causal(),
  dim: 64,
  activation: 'silu',
};

export type LoneBlock = keyof typeof BLOCKS;

export function isLoneBlock(name: string): name is LoneBlock {
  return Object.hasOwn(BLOCKS, name);
}

/**
 * The block with what is known of its options, and stand-ins or defaults for the rest; nothing where too little is known for any of
 * it to be wrong.
 */
export function loneBlock(name: LoneBlock, options: unknown): dsl.Block | undefined {
  if (!isPlain(options)) return undefined;
  const known = Object.entries(options).filter(([, value]) => value !== UNKNOWN);
  const needed = Object.entries(STAND_INS).filter(([key]) => options[key] === UNKNOWN);
  const given = Object.fromEntries([...needed, ...known]) as Record<string, unknown>;
  if (name === 'selfAttention') {
    if (options.heads === UNKNOWN) return undefined;
    if (options.headDim === UNKNOWN) Object.assign(given, { headDim: 64, position: null });
  }
  if (name === 'mixtureOfExperts' && (options.experts === UNKNOWN || options.active === UNKNOWN)) {
    Object.assign(given, { experts: 2, active: 1 });
  }
  return BLOCKS[name](given as never);
}

/** A model that has the block alone. */
export function modelOf(block: dsl.Block): dsl.Model {
  return dsl.defineModel<void>('block', () =>
    dsl.decoder({
      embed: dsl.tokenEmbedding({ vocab: 2, dim: 64 }),
      layers: [[dsl.residual(null, block)]],
      norm: null,
      head: dsl.lmHead({ tied: false }),
    }),
  )();
}

/** A model of which only the number of layers matters. */
export function modelOfLayers(count: number): dsl.Model {
  const nothing = dsl.block('nothing', (x) => dsl.mul(x, 1));
  return dsl.defineModel<void>('layers', () =>
    dsl.decoder({
      embed: dsl.tokenEmbedding({ vocab: 2, dim: 2 }),
      layers: dsl.repeat(count, () => [nothing]),
      norm: null,
      head: dsl.lmHead({ tied: false }),
    }),
  )();
}
