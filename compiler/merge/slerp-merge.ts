import { GeodesicError } from '../error.js';
import { substituteDim, symbolicDim } from '../ir/dim.js';
import {
  candidateDomain,
  domainSymbols,
  isOfTail,
  mergedDomain,
  settledDomain,
  sourceDomain,
  TOKENS,
  tailDomain,
  unsettledDomain,
} from '../ir/domain.js';
import { type AnyNode, findNode, type Graph, nodeAt, type ValueId } from '../ir/graph.js';
import { GraphBuilder, type NodeLabel } from '../ir/graph-builder.js';
import { dependsOnLength, type MergePlanAttributes, type OpAttributes, type OpName } from '../ir/ops.js';
import { type Axis, axis, type TensorType, tensorType } from '../ir/tensor-type.js';
import type { LeafOp } from '../ir/type-rules.js';
import type { Pass, PassPhase } from '../passes/pass.js';
import { mergedCache } from './merged-cache.js';
import { type ResolvedMergeOptions, resolveMergeOptions, type SlerpMergeOptions } from './options.js';
import {
  NORM_FACTOR,
  protectionInput,
  protectsNorms,
  protectsSurprise,
  protectsTokens,
  surpriseOutput,
  surpriseParameters,
} from './protection.js';

/**
 * After layer `afterLayer`, makes one token of each pair of consecutive tokens by spherical linear interpolation
 * (Shoemake, 1985, at t = ½, per token), or of each group of 3 or 4, and moves every later layer to the domain of the slots: hidden states, position ids,
 * rotary tables, masks and caches. In a decode graph new tokens enter that domain unmerged. With `stream`, what may still be merged is
 * handed out as the tail, and the graph of the phase `remerge` begins with the tail's states instead of the layers before the merge; with
 * `kv` it has no layers at all, and merges what the later ones cached.
 *
 * The pass knows no architecture: it finds the value `layers.L.output`, and whatever depends on it is rebuilt on the merged
 * streams. What it can't rebuild still carries the old domain, and the type rules refuse it by name.
 *
 * @throws GeodesicError `merge.option` for a bad option, `merge.layer` where the model lacks the layer, `merge.order` where
 * an earlier merge works at or behind it, or goes on while tokens are generated
 */
export function slerpMerge(options: SlerpMergeOptions): Pass {
  const resolved = resolveMergeOptions(options);
  return {
    name: `slerpMerge@${resolved.afterLayer}`,
    remerges: resolved.stream !== 'off',
    run: (graph, { phase }) => new MergeRewrite(graph, resolved, phase).run(),
  };
}

/** The streams that describe the tokens of a domain; each is a value named `<domain>.<stream>`. */
const STREAMS = ['positionIds', 'extents', 'sizes'] as const;
type Streams = Readonly<Record<(typeof STREAMS)[number], ValueId>>;

/** One application of the pass to one graph. */
class MergeRewrite {
  readonly #graph: Graph;
  readonly #options: ResolvedMergeOptions;
  readonly #phase: PassPhase;
  readonly #builder: GraphBuilder;
  readonly #boundary: AnyNode;
  readonly #source: string;
  readonly #domain: string;
  /** Old id → new id, for values that stay in the source domain and for values moved to the merged one. */
  readonly #before = new Map<ValueId, ValueId>();
  readonly #after = new Map<ValueId, ValueId>();
  /** Cached state → its counterpart in the merged domain. */
  readonly #pasts = new Map<ValueId, ValueId>();
  #settled: ValueId | undefined;
  #cachedTail: ValueId | undefined;

  constructor(graph: Graph, options: ResolvedMergeOptions, phase: PassPhase) {
    this.#graph = graph;
    this.#options = options;
    this.#phase = phase;
    this.#builder = new GraphBuilder(graph.name);
    this.#boundary = findBoundary(graph, options.afterLayer);
    checkOrder(graph, options.afterLayer);
    this.#source = tokenDomain(this.#boundary);
    this.#domain = mergedDomain(this.#source, options.group, options.afterLayer);
    checkStreaming(graph, options, this.#source);
    checkSurprise(options, this.#source);
  }

  run(): Graph {
    const dependents = dependentsOf(this.#graph, this.#boundary.id);
    if (this.#phase === 'remerge') return this.#remerge(dependents);
    this.#kept(this.#boundary.id);
    for (const [name, id] of this.#graph.outputs) {
      if (!dependents.has(id) && !describesLogits(name)) this.#kept(id);
    }
    const outputs = this.#insertMerge();
    for (const node of this.#graph.nodes) {
      if (dependents.has(node.id)) this.#moveNode(node);
    }
    for (const [name, id] of this.#graph.outputs) this.#mapOutput(name, id, outputs);
    return this.#builder.finish(outputs);
  }

  /** The graph that begins with the states of the tail, and gives the caches behind it. */
  #remerge(dependents: ReadonlySet<ValueId>): Graph {
    const states = this.#builder.leaf('state', this.#boundary.type, {
      ...this.#boundary,
      name: this.#tailName,
    });
    this.#before.set(this.#boundary.id, states);
    const outputs = this.#insertPairing(this.#sourceStreams());
    const plan = outputs.get(`merge.${this.#domain}.plan`) as ValueId;
    for (const node of this.#graph.nodes) {
      if (!dependents.has(node.id)) continue;
      if (this.#options.stream === 'exact') this.#moveNode(node);
      else if (node.op === 'cacheAppend') this.#mergeCache(node, plan);
    }
    for (const [name, id] of this.#graph.outputs) {
      const stream = name.startsWith(`cache.${this.#source}.`);
      if (stream) outputs.set(name.replace(`.${this.#source}.`, `.${this.#domain}.`), this.#moved(id));
      else if (name.startsWith('cache.') && dependents.has(id)) outputs.set(name, this.#moved(id));
    }
    return this.#builder.finish(outputs);
  }

  /** Merges what a later layer cached of the tail, and leaves the rest of it. */
  #mergeCache({ id, inputs, name }: AnyNode, plan: ValueId): void {
    const [past, added] = inputs as [ValueId, ValueId];
    const settled = this.#moved(past);
    const merged = mergedCache({
      graph: this.#graph,
      added,
      cached: this.#pasts.get(past) as ValueId,
      tailSlots: this.#tailSlots(),
      plan,
      source: this.#source,
      interpolation: this.#options.interpolation,
      kept: (value) => this.#kept(value),
      moved: (value) => this.#moved(value),
      add: (op, operands, attributes, part) =>
        this.#add(
          op,
          operands,
          attributes,
          this.#builder.freeName(`${nodeAt(this.#graph, past).name}.${part}`),
        ),
    });
    this.#after.set(id, this.#add('cacheAppend', [settled, merged], {}, name));
  }

  /** The cached slots of the tail, in its order. */
  #tailSlots(): ValueId {
    if (this.#cachedTail !== undefined) return this.#cachedTail;
    const { id } = findNode(this.#graph, `cache.${this.#source}.sizes`) as AnyNode;
    this.#moved(id);
    const domain = unsettledDomain(this.#domain);
    const inputs = [this.#pasts.get(id) as ValueId, this.#kept(this.#sourceStreams().sizes)];
    const slots = { domain, symbol: domainSymbols(this.#source).added };
    this.#cachedTail = this.#add('tailSlots', inputs, slots, `${domain}.plan`);
    return this.#cachedTail;
  }

  /** Adds the merge, or when decoding the entry of new tokens, and gives the outputs that it adds to the graph. */
  #insertMerge(): Map<string, ValueId> {
    const streams = this.#sourceStreams();
    return this.#phase === 'decode' ? this.#insertEntry(streams) : this.#insertPairing(streams);
  }

  #insertEntry(streams: Streams): Map<string, ValueId> {
    for (const stream of STREAMS) {
      this.#after.set(streams[stream], this.#enter(streams[stream], `${this.#domain}.${stream}`));
    }
    const { afterLayer, stream } = this.#options;
    this.#after.set(this.#boundary.id, this.#enter(this.#boundary.id, `layers.${afterLayer}.merged`));
    if (stream === 'off') return new Map();
    const surprise = this.#surprise(this.#kept(this.#boundary.id));
    const tail = tailDomain(this.#source, afterLayer);
    const enter = (id: ValueId, name: string) =>
      this.#add('enterDomain', [this.#kept(id)], { domain: tail }, `${tail}.${name}`);
    return new Map([
      ...this.#surpriseOutput(surprise),
      [this.#tailName, enter(this.#boundary.id, 'states')],
      [`cache.${tail}.extents`, enter(streams.extents, 'extents')],
      [`cache.${tail}.sizes`, enter(streams.sizes, 'sizes')],
    ]);
  }

  /** The states of the tail: an output of all graphs, and a state of the one that merges them. */
  get #tailName(): string {
    return `cache.layers.${this.#options.afterLayer}.tail`;
  }

  #insertPairing(streams: Streams): Map<string, ValueId> {
    const { afterLayer, interpolation, positions: strategy } = this.#options;
    const domain = this.#domain;
    const before = [streams.positionIds, streams.extents, streams.sizes].map((id) => this.#kept(id));
    const [positionsBefore, extentsBefore, sizesBefore] = before as [ValueId, ValueId, ValueId];
    const states = this.#kept(this.#boundary.id);
    const surprise = this.#surprise(states);
    const protection = this.#protection(sizesBefore, surprise);
    const { plan, candidates } = this.#plan([extentsBefore, sizesBefore, ...protection], states);
    const extents = this.#add('mergedExtents', [extentsBefore, plan], {}, `${domain}.extents`);
    const sizes = this.#add('mergedSizes', [sizesBefore, plan], {}, `${domain}.sizes`);
    const placed = [positionsBefore, plan, extents, sizes];
    const positionIds = this.#add('mergedPositions', placed, { strategy }, `${domain}.positionIds`);
    const merged = this.#add('tokenMerge', [states, plan], { interpolation }, `layers.${afterLayer}.merged`);
    const statistics = this.#add('mergeStatistics', [states, plan], {}, `${domain}.statistics`);
    this.#after.set(streams.extents, extents).set(streams.sizes, sizes).set(streams.positionIds, positionIds);
    this.#after.set(this.#boundary.id, merged);
    return new Map([
      [`merge.${domain}.plan`, plan],
      [`merge.${domain}.extents`, extents],
      [`merge.${domain}.statistics`, statistics],
      ...this.#surpriseOutput(surprise),
      ...this.#tail(states, [extentsBefore, sizesBefore, candidates, ...protection]),
    ]);
  }

  /** What may still be merged when more tokens follow, if merging goes on. */
  #tail(states: ValueId, merged: readonly ValueId[]): [string, ValueId][] {
    const { afterLayer, keepStart, stream } = this.#options;
    if (stream === 'off') return [];
    const domain = tailDomain(this.#source, afterLayer);
    const attributes = { keepStart, domain, symbol: `T${domainSymbols(domain).added.slice(1)}` };
    const plan = this.#add('mergeTail', merged, attributes, `${domain}.plan`);
    const [extents, sizes] = merged as [ValueId, ValueId];
    return [
      // A slot with one member keeps it as it is, whatever the interpolation.
      [
        this.#tailName,
        this.#add('tokenMerge', [states, plan], { interpolation: 'mean' }, `${domain}.states`),
      ],
      [`cache.${domain}.extents`, this.#add('mergedExtents', [extents, plan], {}, `${domain}.extents`)],
      [`cache.${domain}.sizes`, this.#add('mergedSizes', [sizes, plan], {}, `${domain}.sizes`)],
    ];
  }

  /** The plan, and that of all pairs, of which it makes those that their states are similar enough for. */
  #plan(streams: readonly ValueId[], states: ValueId): { plan: ValueId; candidates: ValueId } {
    const domain = this.#domain;
    const slots = { domain, symbol: domainSymbols(domain).added };
    const { evict: policy, keepStart } = this.#options;
    if (policy === 'off') return this.#mergingPlan(streams, states, slots);
    const merging = this.#mergingPlan(streams, states, candidatesOf(slots));
    const norms = policy === 'key-norm' ? [this.#keyNorms()] : [];
    const attributes = { policy, keepStart, ...slots };
    const plan = this.#add('eviction', [merging.plan, ...norms], attributes, `${domain}.plan`);
    return { plan, candidates: merging.candidates };
  }

  /** Σ k² of each token's key in the merge's layer, over all its heads: [B, N, 1]. Rotation does not change it. */
  #keyNorms(): ValueId {
    const keys = `layers.${this.#options.afterLayer}.attention.keys`;
    const node = findNode(this.#graph, keys);
    if (node === undefined) {
      throw new GeodesicError(
        'merge.option',
        `slerpMerge: evict 'key-norm' needs a value '${keys}', which this model has not`,
      );
    }
    const name = (what: string) => `${this.#domain}.${what}`;
    const rows = this.#add('mergeHeads', [this.#kept(node.id)], {}, name('keys'));
    const squares = this.#add('mul', [rows, rows], {}, name('keySquares'));
    return this.#add('sum', [squares], {}, name('keyNorms'));
  }

  #mergingPlan(
    streams: readonly ValueId[],
    states: ValueId,
    slots: Slots,
  ): { plan: ValueId; candidates: ValueId } {
    const { domain } = slots;
    const { protect, ratio, threshold } = this.#options;
    const normFactor = protectsNorms(protect) ? NORM_FACTOR : null;
    if (ratio === 1 && threshold === -1 && normFactor === null) {
      const plan = this.#add('mergePlan', streams, { ...this.#pairing(), ...slots }, `${domain}.plan`);
      return { plan, candidates: plan };
    }
    const attributes = { ...this.#pairing(), ...candidatesOf(slots) };
    const candidates = this.#add('mergePlan', streams, attributes, `${domain}.candidates`);
    const statistics = this.#add('mergeStatistics', [states, candidates], {}, `${domain}.similarity`);
    const choice = { ratio, threshold, normFactor, ...slots };
    return {
      plan: this.#add('mergeChoice', [candidates, statistics], choice, `${domain}.plan`),
      candidates,
    };
  }

  /** Which tokens of the source domain stay alone, if the options protect any: an input, followed through the merges so far. */
  #protection(sizes: ValueId, surprise: ValueId | undefined): ValueId[] {
    const { afterLayer, protect, surprise: threshold } = this.#options;
    if (!protectsTokens(protect)) return [];
    const name = protectionInput(afterLayer);
    const { source } = this.#boundary;
    const [rows, tokens] = (findNode(this.#graph, `${TOKENS}.sizes`) as AnyNode).type.axes as [Axis, Axis];
    let flags = this.#builder.leaf(
      'input',
      tensorType('i32', [rows, tokens]),
      source === undefined ? { name } : { name, source },
    );
    for (const domain of domainsUpTo(this.#source)) {
      const plan = this.#kept((findNode(this.#graph, `${domain}.plan`) as AnyNode).id);
      flags = this.#add('mergedProtection', [flags, plan], {}, `${domain}.protected@${afterLayer}`);
    }
    if (surprise === undefined) return [flags];
    const operands = [sizes, flags, surprise];
    return [this.#add('surprisingTokens', operands, { threshold }, `${this.#domain}.surprising`)];
  }

  /**
   * How surprising each token was, [B, N, 1], if that protects any. Where generated tokens are merged, the session remembers it: what
   * surprised before the tail is not there any more.
   */
  #surprise(states: ValueId): ValueId | undefined {
    const { afterLayer, protect } = this.#options;
    if (!protectsSurprise(protect) || this.#phase === 'remerge') return undefined;
    const features = nodeAt(this.#graph, this.#boundary.id).type.axes.at(-1) as Axis;
    const names = surpriseParameters(afterLayer);
    const weights = this.#builder.leaf('parameter', tensorType('f32', [features, axis(1)]), {
      name: names.weights,
    });
    const bias = this.#builder.leaf('parameter', tensorType('f32', [axis(1)]), { name: names.bias });
    return this.#add('linear', [states, weights, bias], {}, `${this.#domain}.surprise`);
  }

  #surpriseOutput(surprise: ValueId | undefined): [string, ValueId][] {
    return surprise === undefined ? [] : [[surpriseOutput(this.#domain), surprise]];
  }

  #pairing(): Omit<MergePlanAttributes, 'domain' | 'symbol'> {
    const { group, keepStart, keepEnd, minLength, keepEndThreshold, interpolation } = this.#options;
    return {
      ...(group === 2 ? {} : { group }),
      keepStart,
      keepEnd,
      minLength,
      pairing: interpolation === 'reference' ? 'reference' : 'consecutive',
      keepEndThreshold,
      ...(this.#phase === 'remerge' ? { leastRegion: this.#options.chunk } : {}),
    };
  }

  #moveNode(node: AnyNode): void {
    const inputs = node.inputs.map((id) => this.#moved(id));
    this.#after.set(node.id, this.#builder.addLike(this.#reattributed(node), inputs));
  }

  /** The merged counterpart of an operand; a value that has none stays as it is, for the type rules to judge. */
  #moved(id: ValueId): ValueId {
    const known = this.#after.get(id);
    if (known !== undefined) return known;
    const node = nodeAt(this.#graph, id);
    const moved = this.#rebuilt(node) ?? this.#kept(id);
    this.#after.set(id, moved);
    return moved;
  }

  /** Rebuilds a cached state, or a value computed from streams (a mask, a rotary table), in the merged domain. */
  #rebuilt(node: AnyNode): ValueId | undefined {
    if (!node.type.axes.some((entry) => entry.domain === this.#source)) return undefined;
    const name = this.#builder.freeName(node.name.replace(`${this.#source}.`, `${this.#domain}.`));
    const label = { ...node, name };
    if (node.op === 'state') {
      const past = this.#builder.leaf('state', this.#retyped(node.type), label);
      this.#pasts.set(node.id, past);
      return this.#phase === 'remerge' ? this.#settledOf(node, past) : past;
    }
    if (!this.#isStreamDerived(node)) return undefined;
    return this.#builder.addLike(
      this.#reattributed(node),
      node.inputs.map((input) => this.#moved(input)),
      label,
    );
  }

  /** What the tail does not stand for of a cached state, to which the merged tail is appended. */
  #settledOf(node: AnyNode, past: ValueId): ValueId {
    const plan = this.#settledPlan(node, past);
    const { axes } = node.type;
    const name = (what: string) => this.#builder.freeName(`${node.name}.${what}`);
    const enter = (id: ValueId) => this.#add('enterDomain', [id], { domain: this.#domain }, name('settled'));
    if (axes.length < 4) {
      const op = axes.length === 2 ? 'mergedSizes' : 'mergedExtents';
      return enter(this.#add(op, [past, plan], {}, name('kept')));
    }
    const rows = this.#add('mergeHeads', [past], {}, name('rows'));
    const kept = this.#add('tokenMerge', [rows, plan], { interpolation: 'mean' }, name('kept'));
    return enter(this.#add('splitHeads', [kept], { heads: axes[2]?.size as number }, name('heads')));
  }

  /** The slots before the tail; the cached sizes, which tell them, are the first of the caches to be taken apart. */
  #settledPlan(node: AnyNode, past: ValueId): ValueId {
    const sizes = findNode(this.#graph, `cache.${this.#source}.sizes`) as AnyNode;
    if (node.id !== sizes.id) {
      this.#moved(sizes.id);
      return this.#settled as ValueId;
    }
    const domain = settledDomain(this.#domain);
    const slots = { domain, symbol: `S${domainSymbols(this.#domain).added.slice(1)}` };
    const inputs = [past, this.#kept(this.#sourceStreams().sizes)];
    this.#settled = this.#add('settledSlots', inputs, slots, `${domain}.plan`);
    return this.#settled;
  }

  #isStreamDerived(node: AnyNode): boolean {
    if (this.#after.has(node.id) || node.op === 'state' || isFreeOfTokens(node)) return true;
    return (
      node.inputs.length > 0 && node.inputs.every((id) => this.#isStreamDerived(nodeAt(this.#graph, id)))
    );
  }

  /** Masks of merged keys follow the options of the latest merge; the article's code knew neither windows nor sizes. */
  #reattributed(node: AnyNode): AnyNode {
    if (node.op !== 'attentionMask') return node;
    const { interpolation, proportionalAttention } = this.#options;
    if (interpolation === 'reference') return { ...node, attributes: { window: null, proportional: false } };
    return { ...node, attributes: { ...node.attributes, proportional: proportionalAttention } };
  }

  #retyped(type: TensorType): TensorType {
    const [from, to] = [domainSymbols(this.#source), domainSymbols(this.#domain)];
    const symbols = new Map([[from.cached, symbolicDim(to.cached)]]);
    return {
      dtype: type.dtype,
      axes: type.axes.map((entry) =>
        entry.domain === this.#source
          ? { size: substituteDim(entry.size, symbols), domain: this.#domain }
          : entry,
      ),
    };
  }

  /** Caches of the source's streams stay and get a counterpart, traces of earlier merges stay; other outputs follow their value. */
  #mapOutput(name: string, id: ValueId, outputs: Map<string, ValueId>): void {
    if (name.startsWith(`cache.${this.#source}.`)) {
      outputs.set(name, this.#kept(id));
      outputs.set(name.replace(`cache.${this.#source}.`, `cache.${this.#domain}.`), this.#moved(id));
      return;
    }
    // What an earlier merge says of its slots stays true: it must not follow their streams into the new domain.
    if (name.startsWith('merge.')) outputs.set(name, this.#kept(id));
    else outputs.set(name, describesLogits(name) ? this.#moved(id) : (this.#after.get(id) ?? this.#kept(id)));
  }

  #sourceStreams(): Streams {
    const find = (stream: string): ValueId => {
      const node = findNode(this.#graph, `${this.#source}.${stream}`);
      if (node === undefined) {
        throw new GeodesicError(
          'merge.stream',
          `slerpMerge: graph '${this.#graph.name}' has no value '${this.#source}.${stream}'`,
        );
      }
      return node.id;
    };
    return { positionIds: find('positionIds'), extents: find('extents'), sizes: find('sizes') };
  }

  #enter(id: ValueId, name: string): ValueId {
    return this.#add('enterDomain', [this.#kept(id)], { domain: this.#domain }, name);
  }

  #add<K extends Exclude<OpName, LeafOp>>(
    op: K,
    inputs: readonly ValueId[],
    attributes: OpAttributes[K],
    name: string,
  ): ValueId {
    const { source } = this.#boundary;
    const label: NodeLabel = source === undefined ? { name } : { name, source };
    return this.#builder.add(op, inputs, attributes, label);
  }

  /** A copy of a value in its own domain, with all it needs, made once. */
  #kept(id: ValueId): ValueId {
    const known = this.#before.get(id);
    if (known !== undefined) return known;
    const node = nodeAt(this.#graph, id);
    const copy = this.#builder.addLike(
      node,
      node.inputs.map((input) => this.#kept(input)),
    );
    this.#before.set(id, copy);
    return copy;
  }
}

/** Where slots live, and the symbol of their number. */
type Slots = Pick<MergePlanAttributes, 'domain' | 'symbol'>;

/** Where the slots of a plan live that some of these are made of. */
function candidatesOf({ domain, symbol }: Slots): Slots {
  return { domain: candidateDomain(domain), symbol: `C${symbol.replace(/^N/, '')}` };
}

/** The merged domains on the way to a domain and itself, the first merge's first. */
function domainsUpTo(domain: string): string[] {
  const source = sourceDomain(domain);
  return source === undefined ? [] : [...domainsUpTo(source), domain];
}

/** An output that belongs to the slots of the logits, though it does not depend on hidden states. */
function describesLogits(output: string): boolean {
  return output === 'targets';
}

/** A leaf that no merge changes: a weight, a constant, or an input of each row such as its length. */
function isFreeOfTokens({ op, type }: AnyNode): boolean {
  if (op === 'parameter' || op === 'constant') return true;
  return op === 'input' && type.axes.every(({ domain }) => domain === undefined);
}

function findBoundary(graph: Graph, layer: number): AnyNode {
  const node = findNode(graph, `layers.${layer}.output`);
  if (node !== undefined) return node;
  const layers = graph.nodes.filter(({ name }) => /^layers\.\d+\.output$/.test(name)).length;
  throw new GeodesicError(
    'merge.layer',
    `slerpMerge: afterLayer ${layer} is out of range: the model has ${layers} layers, 0 to ${layers - 1}`,
  );
}

/** Each merge works on what the one before it left, so they come by ascending layer. */
function checkOrder(graph: Graph, layer: number): void {
  for (const { name } of graph.nodes) {
    const merged = Number(/^layers\.(\d+)\.merged$/.exec(name)?.[1] ?? -1);
    if (merged < layer) continue;
    throw new GeodesicError(
      'merge.order',
      `slerpMerge: afterLayer ${layer} follows a merge after layer ${merged}; merge each layer once, in ascending order`,
    );
  }
}

/** What streams from one merge to the next would have to be recomputed by both: only one merge can go on. */
function checkStreaming(graph: Graph, { stream }: ResolvedMergeOptions, source: string): void {
  if (stream === 'kv') checkRotation(graph);
  const streams = [...graph.outputs.keys()].some(isOfTail);
  if (!streams && (stream === 'off' || source === TOKENS)) return;
  throw new GeodesicError(
    'merge.option',
    'slerpMerge: a merge that goes on (stream) works alone, and this model has several',
  );
}

/** Probes know the states of tokens, not those of slots. */
function checkSurprise({ afterLayer, protect }: ResolvedMergeOptions, source: string): void {
  if (!protectsSurprise(protect) || source === TOKENS) return;
  throw new GeodesicError(
    'merge.option',
    `slerpMerge: protect 'surprising' is for the first merge: the one after layer ${afterLayer} sees merged tokens`,
  );
}

/** Keys that were cached with other frequencies can't be turned back. */
function checkRotation(graph: Graph): void {
  const node = graph.nodes.find(
    ({ op, attributes }) =>
      op === 'rotaryCos' && dependsOnLength((attributes as OpAttributes['rotaryCos']).scaling),
  );
  if (node === undefined) return;
  throw new GeodesicError(
    'merge.option',
    `slerpMerge: stream 'kv' can't turn cached keys back, whose rotary frequencies depend on the length of a row in this model ('${node.name}'): use 'exact'`,
  );
}

function tokenDomain(node: AnyNode): string {
  const domain = node.type.axes[1]?.domain;
  if (domain === undefined)
    throw new GeodesicError('merge.stream', `slerpMerge: '${node.name}' has no token axis`);
  return domain;
}

function dependentsOf(graph: Graph, root: ValueId): Set<ValueId> {
  const dependents = new Set<ValueId>();
  for (const node of graph.nodes) {
    if (node.inputs.some((id) => id === root || dependents.has(id))) dependents.add(node.id);
  }
  return dependents;
}
