import { GeodesicError } from '@geodesic/compiler';
import * as dsl from '@geodesic/dsl';
import { array, code, type Expression, object } from '../written-source/expression.js';
import { printText } from '../written-source/print-expression.js';

/** Functions of the DSL by themselves: a name would not survive a minifier. */
const namesOfFunctions = new Map<unknown, string>(Object.entries(dsl).map(([name, value]) => [value, name]));

/** Constants that numbers become, by the function and the option that they are given to. */
const CONSTANTS: Readonly<Record<string, string>> = {
  'tokenEmbedding.vocab': 'VOCAB_SIZE',
  'tokenEmbedding.dim': 'HIDDEN_SIZE',
  'tokenEmbedding.projectTo': 'HIDDEN_SIZE',
  'tokenEmbedding.scale': 'EMBEDDING_SCALE',
  'learnedPositions.count': 'MAX_POSITIONS',
  'learnedPositions.offset': 'POSITION_OFFSET',
  'rmsNorm.eps': 'NORM_EPS',
  'layerNorm.eps': 'NORM_EPS',
  'plainLayerNorm.eps': 'NORM_EPS',
  'selfAttention.heads': 'HEADS',
  'selfAttention.kvHeads': 'KV_HEADS',
  'selfAttention.headDim': 'HEAD_DIM',
  'selfAttention.scale': 'ATTENTION_SCALE',
  'residual.scale': 'RESIDUAL_SCALE',
  'selfAttention.softcap': 'ATTENTION_SOFTCAP',
  'selfAttention.clip': 'PROJECTION_CLIP',
  'rope.theta': 'ROPE_THETA',
  'rope.rotaryDim': 'ROTARY_DIM',
  'causal.window': 'SLIDING_WINDOW',
  'mlp.dim': 'INTERMEDIATE_SIZE',
  'gatedMlp.dim': 'INTERMEDIATE_SIZE',
  'mixtureOfExperts.dim': 'EXPERT_SIZE',
  'mixtureOfExperts.sharedDim': 'SHARED_EXPERT_SIZE',
  'mixtureOfExperts.experts': 'EXPERTS',
  'mixtureOfExperts.active': 'ACTIVE_EXPERTS',
  'lmHead.scale': 'LOGIT_SCALE',
  'lmHead.softcap': 'LOGIT_SOFTCAP',
  'lmHead.projectTo': 'EMBEDDING_SIZE',
};

/**
 * A part of a model's tree as the call that declares it, with every option that it was given.
 *
 * @throws GeodesicError `source.undeclared` for a block that no function of the DSL declared
 */
export function describePart(part: dsl.Declared): Expression {
  const { declaration } = part;
  const callee = declaration && namesOfFunctions.get(declaration.by);
  if (declaration === undefined || callee === undefined) {
    const { path } = part as Partial<dsl.Block>;
    throw new GeodesicError(
      'source.undeclared',
      `the block '${path ?? 'without a path'}' can't be written out: no function of the DSL declared it`,
    );
  }
  const args = declaration.with.map((value) => describeValue(value, callee));
  return { kind: 'call', callee, args: withoutTrailing(args, 'null') };
}

/** Arguments without the last ones that are as if they were left out. */
function withoutTrailing(args: readonly Expression[], text: string): readonly Expression[] {
  const last = args.at(-1);
  return last?.kind === 'code' && last.text === text ? withoutTrailing(args.slice(0, -1), text) : args;
}

function describeValue(value: unknown, place: string): Expression {
  if (typeof value === 'number') {
    const constant = CONSTANTS[place];
    return { kind: 'number', value, ...(constant !== undefined && { constant }) };
  }
  if (typeof value === 'string') return code(printText(value));
  if (typeof value !== 'object' || value === null) return code(String(value));
  if (Array.isArray(value)) return array(value.map((item) => describeValue(item, place)));
  if ('declaration' in value) return describePart(value as dsl.Declared);
  const given = Object.entries(value).filter(([, option]) => option !== undefined);
  return object(given.map(([key, option]) => [key, describeValue(option, `${place}.${key}`)]));
}
