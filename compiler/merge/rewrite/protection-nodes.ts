import { sourceDomain, TOKENS } from '../../ir/domain.js';
import { type AnyNode, findNode, type ValueId } from '../../ir/graph.js';
import { type Axis, axis, tensorType } from '../../ir/tensor-type.js';
import { mergeOutput, protectionInput, streamName, surpriseParameters } from '../../ir/value-name.js';
import { protectsSurprise, protectsTokens } from '../protection.js';
import type { MergeSite } from './merge-site.js';

/** Which tokens of the source domain stay alone, if the options protect any: an input, followed through the merges so far. */
export function addProtection(site: MergeSite, sizes: ValueId, surprise: ValueId | undefined): ValueId[] {
  const { afterLayer, protect, surprise: threshold } = site.options;
  if (!protectsTokens(protect)) return [];
  let flags = addFlags(site);
  for (const domain of domainsUpTo(site.source)) {
    const plan = site.kept((findNode(site.graph, `${domain}.plan`) as AnyNode).id);
    flags = site.add('mergedProtection', [flags, plan], {}, `${domain}.protected@${afterLayer}`);
  }
  if (surprise === undefined) return [flags];
  const operands = [sizes, flags, surprise];
  return [site.add('surprisingTokens', operands, { threshold }, `${site.domain}.surprising`)];
}

/** What is said of the model's own tokens, [B, N]. */
function addFlags({ boundary, builder, graph, options }: MergeSite): ValueId {
  const name = protectionInput(options.afterLayer);
  const { source } = boundary;
  const [rows, tokens] = (findNode(graph, streamName(TOKENS, 'sizes')) as AnyNode).type.axes as [Axis, Axis];
  const type = tensorType('i32', [rows, tokens]);
  return builder.leaf('input', type, source === undefined ? { name } : { name, source });
}

/**
 * How surprising each token was, [B, N, 1], if that protects any. Where generated tokens are merged, the session remembers it: what
 * surprised before the tail is not there any more.
 */
export function addSurprise(site: MergeSite, states: ValueId): ValueId | undefined {
  const { boundary, builder, domain, options, phase } = site;
  if (!protectsSurprise(options.protect) || phase === 'remerge') return undefined;
  const features = boundary.type.axes.at(-1) as Axis;
  const names = surpriseParameters(options.afterLayer);
  const weights = builder.leaf('parameter', tensorType('f32', [features, axis(1)]), { name: names.weights });
  const bias = builder.leaf('parameter', tensorType('f32', [axis(1)]), { name: names.bias });
  return site.add('linear', [states, weights, bias], {}, `${domain}.surprise`);
}

/** What a graph says of its tokens' surprise, if it measures it. */
export function surpriseOutputs({ domain }: MergeSite, surprise: ValueId | undefined): [string, ValueId][] {
  return surprise === undefined ? [] : [[mergeOutput(domain, 'surprise'), surprise]];
}

/** The merged domains on the way to a domain and itself, the first merge's first. */
function domainsUpTo(domain: string): string[] {
  const source = sourceDomain(domain);
  return source === undefined ? [] : [...domainsUpTo(source), domain];
}
