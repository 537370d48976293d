import { type AttentionDecoderConfig, readHeads } from './decoder.js';
import { describeConfig } from './fields.js';

/** The sizes of a model in which every head has keys and values of its own. */
export interface MultiHeadSizes
  extends Omit<AttentionDecoderConfig, 'numKeyValueHeads' | 'headDim' | 'intermediateSize'> {
  /** Default: four times the hidden size. */
  readonly intermediateSize: number | undefined;
}

/**
 * The common part of a config.json; `names` are what it calls the sizes.
 *
 * @throws GeodesicError `config.field` where the heads can't share the hidden size evenly
 */
export function readMultiHead(
  type: string,
  names: Readonly<Record<'hiddenSize' | 'numAttentionHeads', string>>,
  { intermediateSize, ...sizes }: MultiHeadSizes,
): AttentionDecoderConfig {
  const { hiddenSize, numAttentionHeads } = sizes;
  const source = {
    what: describeConfig(type),
    names: { ...names, numKeyValueHeads: names.numAttentionHeads, headDim: 'head_dim' },
  };
  const heads = { hiddenSize, numAttentionHeads, numKeyValueHeads: numAttentionHeads, headDim: undefined };
  return {
    ...sizes,
    ...readHeads(source, heads),
    intermediateSize: intermediateSize ?? 4 * hiddenSize,
  };
}
