import { type Block, featuresOf, mul, type Tensor } from '@geodesic/dsl';
import type { Node } from 'ts-morph';
import { placeOf } from '../project/source-place.js';
import { CannotTell, type Findings } from './findings.js';

type Method = (...args: never[]) => unknown;

/** What the parts of a model do while it is traced. */
const METHODS = ['apply', 'embed', 'project', 'encode', 'bias', 'build'] as const;

/**
 * A part of a model that is located where the user's source makes it: what goes wrong in it while it is traced is found there, and
 * tracing goes on as if a block had changed nothing.
 */
export function guarded(part: unknown, node: Node, findings: Findings): unknown {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  const methods = METHODS.filter((name) => typeof (part as Record<string, unknown>)[name] === 'function');
  if (methods.length === 0) return part;
  const replaced = methods.map((name): [string, Method] => [
    name,
    (...args) =>
      findings.attempt(
        node,
        () => ((part as Record<string, Method>)[name] as Method)(...args),
        () => unchanged(name, args),
      ),
  ]);
  return { ...part, source: placeOf(node), locateOps: false, ...Object.fromEntries(replaced) };
}

/** What a block or a rotation that failed gives instead: its states, as another value. */
function unchanged(method: string, args: readonly unknown[]): unknown {
  if (method === 'apply' || method === 'encode') return mul(args[0] as Tensor, 1);
  throw new CannotTell();
}

/** Attention that warns where its heads are not as wide together as the states. */
export function widthChecked(
  attention: Block,
  { heads, headDim }: { heads: number; headDim: number },
  node: Node,
  findings: Findings,
): Block {
  return {
    ...attention,
    apply(x, scope) {
      const features = featuresOf(x);
      if (heads * headDim !== features) {
        const message =
          `selfAttention: ${heads} heads of ${headDim} features are ${heads * headDim} together, and the hidden states have ${features}; ` +
          'the output projection makes up for it: right if it is meant';
        findings.add(node, 'source.attention-width', message, 'warning');
      }
      return attention.apply(x, scope);
    },
  };
}
