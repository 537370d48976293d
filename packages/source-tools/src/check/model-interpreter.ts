import * as compiler from '@geodesic/compiler';
import * as dsl from '@geodesic/dsl';
import type { CallExpression, Node } from 'ts-morph';
import type { Call, Interpreter } from '../evaluate/interpreter.js';
import { holdsUnknown, isPlain, UNKNOWN } from '../evaluate/unknown.js';
import { DefinedModel } from './defined-model.js';
import { CannotTell, type Findings } from './findings.js';
import { guarded, widthChecked } from './guarded.js';
import { isLoneBlock, loneBlock, modelOf } from './lone-block.js';
import { MergeInterpreter } from './merge-interpreter.js';

/** More would be a mistake, and take all memory before anything else could tell. */
const MAX_LAYERS = 10_000;

/** Calls the functions of the DSL and of the compiler on what the source says they are given: what they refuse is found there. */
export class ModelInterpreter implements Interpreter {
  readonly #findings: Findings;
  readonly #merges: MergeInterpreter;
  readonly #tried = new Map<Node, number>();

  constructor(findings: Findings) {
    this.#findings = findings;
    this.#merges = new MergeInterpreter(findings);
  }

  constant(name: string): unknown {
    const value = (compiler as Record<string, unknown>)[name] ?? (dsl as Record<string, unknown>)[name];
    return value === undefined || typeof value === 'function' ? UNKNOWN : value;
  }

  call(name: string, args: readonly unknown[], node: Call): unknown {
    switch (name) {
      case 'defineModel':
        return this.#defineModel(args, node);
      case 'decoder':
        return args[0];
      case 'repeat':
        return this.#repeat(args, node);
      case 'block':
        return this.#block(args, node);
      case 'slerpMerge':
        return this.#merges.slerpMerge(args[0], node);
      case 'compile':
        return this.#merges.compile(args, node);
      case 'LanguageModel':
        return isPlain(args[0]) ? (args[0].definition ?? UNKNOWN) : UNKNOWN;
      default:
        return this.#part(name, args, node);
    }
  }

  method(object: object, name: string, args: readonly unknown[], node: CallExpression): unknown {
    if (name === 'session') return this.#merges.session(object, args[0], node);
    if (isPlain(object) || object instanceof DefinedModel || args.some(holdsUnknown)) return UNKNOWN;
    const method = (object as Record<string, unknown>)[name];
    if (typeof method !== 'function') return UNKNOWN;
    return this.#try(node, () => method.apply(object, args));
  }

  #defineModel([name, build]: readonly unknown[], node: Call): unknown {
    if (typeof build !== 'function') return UNKNOWN;
    const define = (config: unknown) => this.#model(String(name), build(config), node);
    // Of a config that nothing is known of, blocks that don't depend on it can still be told.
    define(UNKNOWN);
    return define;
  }

  #model(name: string, tree: unknown, node: Call): DefinedModel {
    if (!isPlain(tree) || !Array.isArray(tree.layers)) return new DefinedModel(undefined, undefined);
    const { length } = tree.layers;
    if (holdsUnknown(tree)) return new DefinedModel(undefined, length);
    const before = this.#findings.count;
    const model = dsl.defineModel<void>(name, () => tree as unknown as dsl.Decoder)();
    this.#try(node, () => model.trace({ phase: 'prefill', logits: 'last' }));
    return new DefinedModel(this.#findings.count === before ? model : undefined, length);
  }

  #repeat([count, layer]: readonly unknown[], node: Call): unknown {
    if (typeof layer !== 'function') return UNKNOWN;
    if (typeof count !== 'number') {
      layer(UNKNOWN);
      return UNKNOWN;
    }
    if (Number.isSafeInteger(count) && count >= 0 && count <= MAX_LAYERS) {
      return dsl.repeat(count, (index) => layer(index) as readonly dsl.Block[]);
    }
    this.#findings.add(
      node,
      'source.layers',
      `repeat: ${count} layers; a whole number up to ${MAX_LAYERS} is needed`,
    );
    return UNKNOWN;
  }

  /** A block of the user's own, whose function is interpreted while it is traced. */
  #block([path, apply]: readonly unknown[], node: Call): unknown {
    if (typeof path !== 'string' || typeof apply !== 'function') return UNKNOWN;
    const block = dsl.block(path, (x, scope) => {
      const result = apply(x, scope) as unknown;
      if (isTensor(result)) return result;
      throw new CannotTell();
    });
    return guarded(block, node, this.#findings);
  }

  #part(name: string, args: readonly unknown[], node: Call): unknown {
    const make = (dsl as Record<string, unknown>)[name];
    if (typeof make !== 'function') return UNKNOWN;
    if (isLoneBlock(name)) this.#tryAlone(name, args[0], node);
    if (args.some(holdsUnknown)) return UNKNOWN;
    return this.#try(node, () => {
      const part = guarded(make(...args), node, this.#findings);
      return name === 'selfAttention'
        ? widthChecked(part as dsl.Block, args[0] as dsl.SelfAttentionOptions, node, this.#findings)
        : part;
    });
  }

  /** Tries a block by itself, since the model around it may not be known; in a loop, not every time. */
  #tryAlone(name: Parameters<typeof loneBlock>[0], options: unknown, node: Call): void {
    const times = this.#tried.get(node) ?? 0;
    if (times >= 8) return;
    this.#tried.set(node, times + 1);
    this.#try(node, () => {
      const block = loneBlock(name, options);
      return block && modelOf(block).trace({ phase: 'prefill', logits: 'last' });
    });
  }

  #try(node: Node, body: () => unknown): unknown {
    return this.#findings.attempt(node, body, () => UNKNOWN);
  }
}

function isTensor(value: unknown): value is dsl.Tensor {
  return typeof value === 'object' && value !== null && 'tracer' in value;
}
