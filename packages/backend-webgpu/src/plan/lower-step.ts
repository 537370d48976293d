import { attentionSizes } from '@geodesic/backend';
import type {
  AnyNode,
  FusedActivation,
  KernelStep,
  OpAttributes,
  Projection,
  StepOf,
} from '@geodesic/compiler';
import { activation as activationKernel } from '../kernels/activations.js';
import { attend } from '../kernels/attention.js';
import { cacheKeys } from '../kernels/cache-keys.js';
import { binary, isBinary, isUnary, unary } from '../kernels/elementwise.js';
import { embeddingPacked } from '../kernels/embedding-packed.js';
import { lastToken } from '../kernels/last-token.js';
import { layerNormInto } from '../kernels/layer-norm.js';
import { linear } from '../kernels/linear.js';
import { linearPacked } from '../kernels/linear-packed.js';
import { rmsNormInto } from '../kernels/rms-norm.js';
import { componentsFor } from '../kernels/rows.js';
import { kernelCalls } from '../lowering.js';
import { type PlacedProjection, recordFused } from './fused-product.js';
import { PackedPlanWeight } from './packed-plan-weight.js';
import { PlanValue } from './plan-value.js';
import type { StepContext } from './step-context.js';

/** A window that nothing is outside of. */
const NO_WINDOW = 3e38;

/** Records the dispatches of a step. */
export function lowerStep(step: KernelStep, context: StepContext): void {
  if (step.kind === 'products') {
    for (const [i, result] of products(step, context).entries()) {
      context.define((step.projections[i] as Projection).output, result);
    }
  } else if (step.kind === 'cacheKeys') {
    writeCaches(step, context);
  } else {
    context.define(step.kind === 'node' ? step.node.id : step.output, resultOf(step, context));
  }
}

function resultOf(
  step: Exclude<KernelStep, StepOf<'products' | 'cacheKeys'>>,
  context: StepContext,
): PlanValue {
  switch (step.kind) {
    case 'node':
      return lowerNode(step.node, context);
    case 'view':
      return context.value(step.of).as(context.shapeOf(step.output));
    case 'productInto':
      return productInto(step, context);
    case 'gatedProduct':
      return gatedProduct(step, context);
    case 'normInto':
      return normInto(step, context);
    case 'cachedAttention':
      return cachedAttention(step, context);
  }
}

function lowerNode(node: AnyNode, context: StepContext): PlanValue {
  const { recorder, kernels } = context;
  const inputs = node.inputs.map((id) => context.value(id));
  const [, table] = inputs;
  if (node.op === 'embedding' && table instanceof PackedPlanWeight) {
    return embeddingPacked(kernels)(inputs[0] as PlanValue, table);
  }
  if (node.op === 'constant') return context.numbers([node.attributes.value]);
  if (isUnary(node.op)) return unary(recorder, node.op, inputs[0] as PlanValue);
  if (isBinary(node.op)) return binary(recorder, node.op, inputs[0] as PlanValue, inputs[1] as PlanValue);
  const calls = { ...kernelCalls(kernels), lastToken: lastToken(kernels) };
  const call = calls[node.op as keyof typeof calls] as (
    inputs: readonly PlanValue[],
    attributes: OpAttributes[AnyNode['op']],
  ) => PlanValue | undefined;
  const result = call(inputs, node.attributes);
  if (result === undefined) throw new RangeError(`a plan has no kernel for '${node.name}' (${node.op})`);
  return result;
}

function product(x: PlanValue, projection: Projection, context: StepContext): PlanValue {
  const { weight, bias } = placed(projection, context);
  if (weight instanceof PackedPlanWeight) return linearPacked(context.kernels)(x, weight, bias);
  const inputs = bias === undefined ? [x, weight] : [x, weight, bias];
  return linear(context.kernels)(inputs, {}) as PlanValue;
}

function activated(x: PlanValue, name: FusedActivation, context: StepContext): PlanValue {
  return activationKernel(context.kernels, name)([x], {}) as PlanValue;
}

function products({ x, projections }: StepOf<'products'>, context: StepContext): readonly PlanValue[] {
  const fused = {
    kind: 'each' as const,
    x: context.value(x),
    projections: projections.map((projection) => placed(projection, context)),
  };
  return (
    recordFused(fused, context) ??
    projections.map((projection) => product(context.value(x), projection, context))
  );
}

function productInto(step: StepOf<'productInto'>, context: StepContext): PlanValue {
  const { activation } = step;
  const x = context.value(step.x);
  const residual = step.residual === undefined ? undefined : context.value(step.residual);
  const projections = [placed(step.projection, context)];
  const fused = recordFused({ kind: 'into', x, projections, activation, residual }, context);
  if (fused !== undefined) return fused[0] as PlanValue;
  const plain = product(x, step.projection, context);
  const active = activation === undefined ? plain : activated(plain, activation, context);
  return residual === undefined ? active : binary(context.recorder, 'add', residual, active);
}

function gatedProduct(
  { gate, up, activation, ...step }: StepOf<'gatedProduct'>,
  context: StepContext,
): PlanValue {
  const x = context.value(step.x);
  const projections = [placed(gate, context), placed(up, context)];
  const fused = recordFused({ kind: 'gated', x, projections, activation }, context);
  if (fused !== undefined) return fused[0] as PlanValue;
  const active = activated(product(x, gate, context), activation, context);
  return binary(context.recorder, 'mul', active, product(x, up, context));
}

function placed({ weight, bias }: Projection, context: StepContext): PlacedProjection {
  return { weight: context.value(weight), bias: bias === undefined ? undefined : context.value(bias) };
}

function normInto({ norm, residual }: StepOf<'normInto'>, context: StepContext): PlanValue {
  const [x, weight, bias] = norm.inputs.map((id) => context.value(id)) as [PlanValue, PlanValue, PlanValue?];
  const { eps } = norm.attributes;
  const operands = { x, weight, eps, residual: context.value(residual) };
  return norm.op === 'rmsNorm'
    ? rmsNormInto(context.kernels, operands)
    : layerNormInto(context.kernels, { ...operands, bias });
}

function writeCaches(step: StepOf<'cacheKeys'>, context: StepContext): void {
  const [queries, keys, values] = [step.queries, step.keys, step.values].map((id) => context.value(id)) as [
    PlanValue,
    PlanValue,
    PlanValue,
  ];
  const [keyCache, valueCache] = [
    context.openCache(step.keyCache, step.pastKeys),
    context.openCache(step.valueCache, step.pastValues),
  ];
  const [rows, tokens, keyValueHeads, dim] = keys.shape as [number, number, number, number];
  const [heads, valueDim] = [queries.shape[2] as number, values.shape[3] as number];
  const { rotation } = step;
  const [cos, sin] = rotation ? [context.value(rotation.cos), context.value(rotation.sin)] : [];
  const rotary = cos?.shape[3] ?? 0;
  const components = componentsFor(dim, valueDim, rotation?.interleaved === false ? rotary / 2 : rotary);
  const kernel = cacheKeys(
    components,
    rotation === undefined ? null : rotation.interleaved ? 'interleaved' : 'halves',
  );
  const sizes = [tokens, heads, keyValueHeads, dim / components, valueDim / components, rotary / components];
  const size = ((rotation ? queries.size : 0) + keys.size + values.size) / components;
  const turned = rotation && PlanValue.computed(queries.shape);
  const inputs = [rotation && queries, keys, values, cos, sin].filter((value) => value !== undefined);
  const results = [turned, keyCache.value, valueCache.value].filter((value) => value !== undefined);
  const uniforms = [size, ...sizes, keyCache.capacity, keyCache.past];
  if (rows > 0) context.recorder.launchInto(kernel, { inputs, uniforms, units: size }, results);
  if (turned !== undefined && step.turnedQueries !== undefined) context.define(step.turnedQueries, turned);
}

function cachedAttention(step: StepOf<'cachedAttention'>, context: StepContext): PlanValue {
  const { seen, alibi, scale, softcap } = step;
  const q = context.value(step.queries);
  const [keys, values] = [context.cache(step.keyCache), context.cache(step.valueCache)];
  const { proportional } = seen;
  const queryTokens = context.tokens({
    ...{ extents: seen.queryExtents, sizes: seen.querySizes, positions: alibi?.queryPositions },
    proportional,
  });
  const keyTokens = context.tokens({
    ...{ extents: seen.keyExtents, sizes: seen.keySizes, positions: alibi?.keyPositions },
    proportional,
  });
  const slopes = alibi === undefined ? [] : [context.numbers(alibi.slopes)];
  const inputs = [q, keys.value, values.value, queryTokens, keyTokens, ...slopes];
  const attended = attend(context.kernels, inputs, attentionSizes(q, values.value), {
    seenBy: alibi === undefined ? 'streams' : 'streams and slopes',
    maskHeads: 1,
    window: seen.window ?? NO_WINDOW,
    capacity: keys.capacity,
    ...{ scale, softcap },
  });
  if (attended === undefined) throw new RangeError('a plan has no attention kernel for these heads');
  return attended;
}
