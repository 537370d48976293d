import * as compiler from '@geodesic/compiler';
import { type CallExpression, Node } from 'ts-morph';
import type { Call } from '../evaluate/interpreter.js';
import { holdsUnknown, isPlain, UNKNOWN } from '../evaluate/unknown.js';
import { DefinedModel } from './defined-model.js';
import type { Findings } from './findings.js';
import { modelOfLayers } from './lone-block.js';

/** A program that a session or `compile` is asked for. */
interface Merging {
  readonly passes: readonly compiler.Pass[];
  /** Where each pass is made. */
  readonly nodes: readonly Node[];
  readonly capture: readonly string[];
}

/** Makes the passes and compiles the programs that the source asks for: what the compiler refuses is found there. */
export class MergeInterpreter {
  readonly #findings: Findings;
  readonly #passNodes = new WeakMap<object, Node>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** The pass of a merge, where all of its options are known. */
  slerpMerge(options: unknown, node: Call): unknown {
    return this.#try(node, () => {
      const pass = this.#mergePass(options);
      if (pass !== UNKNOWN) this.#passNodes.set(pass as object, node);
      return pass;
    });
  }

  /** The pass of options that may be known in part; what is wrong with the known ones is thrown. */
  #mergePass(options: unknown): compiler.Pass | typeof UNKNOWN {
    if (!isPlain(options)) return UNKNOWN;
    const known = Object.fromEntries(Object.entries(options).filter(([, value]) => !holdsUnknown(value)));
    const given = { ...known, ...('afterLayer' in options && !('afterLayer' in known) && { afterLayer: 0 }) };
    compiler.resolveMergeOptions(given as unknown as compiler.SlerpMergeOptions);
    return 'afterLayer' in known
      ? compiler.slerpMerge(known as unknown as compiler.SlerpMergeOptions)
      : UNKNOWN;
  }

  /** Compiles the program that `compile` is asked for. */
  compile([model, options]: readonly unknown[], node: Call): unknown {
    if (!(model instanceof DefinedModel)) return UNKNOWN;
    const { passes, capture } = isPlain(options) ? options : {};
    const known = this.#knownPasses(passes);
    // What is not known of may make the values that are captured.
    const isAllKnown =
      passes === undefined || (Array.isArray(passes) && known.passes.length === passes.length);
    const isTold = isAllKnown && Array.isArray(capture) && !holdsUnknown(capture);
    this.#tryMerging(model, { ...known, capture: isTold ? (capture as string[]) : [] }, node);
    return UNKNOWN;
  }

  /** Compiles what `session` is asked for: the merges of its options, and behind them those of its passes. */
  session(model: object, options: unknown, node: CallExpression): unknown {
    if (!isPlain(options)) return UNKNOWN;
    const { merge } = options;
    const place = propertyOf(node.getArguments()[0], 'merge') ?? node;
    this.#try(place, () => {
      const merges = isPlain(merge) || Array.isArray(merge) ? this.#merges(merge) : [];
      if (!(model instanceof DefinedModel)) return;
      const { passes, nodes } = this.#knownPasses(options.passes);
      const all = {
        passes: [...merges, ...passes],
        nodes: [...merges.map(() => place), ...nodes],
        capture: [],
      };
      this.#tryMerging(model, all, place);
    });
    return UNKNOWN;
  }

  /** The passes of merges, of which those are left out that can't be told. */
  #merges(merge: unknown): compiler.Pass[] {
    const merges = compiler.mergesOf(merge as compiler.MergeSpecification);
    return merges.map((one) => this.#mergePass(one)).filter((pass) => pass !== UNKNOWN);
  }

  /** The merges in a list of passes, as far as it can be told. */
  #knownPasses(passes: unknown): Pick<Merging, 'passes' | 'nodes'> {
    const known = (Array.isArray(passes) ? passes : []).filter((pass) => this.#passNodes.has(pass as object));
    return {
      passes: known as compiler.Pass[],
      nodes: known.map((pass) => this.#passNodes.get(pass as object) as Node),
    };
  }

  /** Compiles a program for what it says; of a model that is known in part, its number of layers still bounds a merge. */
  #tryMerging({ model, layerCount }: DefinedModel, { passes, nodes, capture }: Merging, node: Node): void {
    const traceable =
      model ?? (layerCount === undefined || layerCount === 0 ? undefined : modelOfLayers(layerCount));
    if (traceable === undefined) return;
    for (let count = 1; count <= passes.length; count++) {
      const before = this.#findings.count;
      this.#try(nodes[count - 1] as Node, () =>
        compiler.compile(traceable, { passes: passes.slice(0, count) }),
      );
      if (this.#findings.count > before) return;
    }
    if (model !== undefined && capture.length > 0) {
      this.#try(node, () => compiler.compile(model, { passes, capture }));
    }
  }

  #try(node: Node, body: () => unknown): unknown {
    return this.#findings.attempt(node, body, () => UNKNOWN);
  }
}

/** The value of a property of an object literal. */
function propertyOf(node: Node | undefined, name: string): Node | undefined {
  if (!Node.isObjectLiteralExpression(node)) return undefined;
  const property = node.getProperty(name);
  return Node.isPropertyAssignment(property) ? property.getInitializer() : property;
}
