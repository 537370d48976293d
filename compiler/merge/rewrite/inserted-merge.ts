import { domainSymbol, tailDomain } from '../../ir/domain.js';
import type { ValueId } from '../../ir/graph.js';
import { cacheName, mergedStates, mergeOutput, streamName, tailStates } from '../../ir/value-name.js';
import { type MergeSite, STREAMS } from './merge-site.js';
import { addPlan } from './plan-nodes.js';
import { addProtection, addSurprise, surpriseOutputs } from './protection-nodes.js';

/** What a merge adds to a graph. */
export interface InsertedMerge {
  /** By the name of each output that is new. */
  readonly outputs: Map<string, ValueId>;
  /** What stands for the boundary and its streams in the merged domain, by the value of the graph that is read. */
  readonly moved: ReadonlyMap<ValueId, ValueId>;
}

/** Adds the merge, or when decoding the entry of new tokens, which enter unmerged. */
export function insertMerge(site: MergeSite): InsertedMerge {
  return site.phase === 'decode' ? insertEntry(site) : insertPairing(site);
}

function insertEntry(site: MergeSite): InsertedMerge {
  const { boundary, domain, options } = site;
  const streams = site.sourceStreams();
  const enter = (id: ValueId, name: string) => addEntry(site, id, domain, name);
  const moved = new Map(
    STREAMS.map((stream) => [streams[stream], enter(streams[stream], streamName(domain, stream))] as const),
  );
  moved.set(boundary.id, enter(boundary.id, mergedStates(options.afterLayer)));
  return { outputs: new Map(options.stream === 'off' ? [] : enteringTail(site)), moved };
}

/** New tokens join the tail of a merge that goes on. */
function enteringTail(site: MergeSite): [string, ValueId][] {
  const { extents, sizes } = site.sourceStreams();
  const { boundary, options, source } = site;
  const surprise = addSurprise(site, site.kept(boundary.id));
  const tail = tailDomain(source, options.afterLayer);
  const enter = (id: ValueId, name: string) => addEntry(site, id, tail, `${tail}.${name}`);
  return [
    ...surpriseOutputs(site, surprise),
    [tailStates(options.afterLayer), enter(boundary.id, 'states')],
    [cacheName(streamName(tail, 'extents')), enter(extents, 'extents')],
    [cacheName(streamName(tail, 'sizes')), enter(sizes, 'sizes')],
  ];
}

function addEntry(site: MergeSite, id: ValueId, domain: string, name: string): ValueId {
  return site.add('enterDomain', [site.kept(id)], { domain }, name);
}

function insertPairing(site: MergeSite): InsertedMerge {
  const { boundary, domain } = site;
  const { afterLayer, interpolation, positions: strategy } = site.options;
  const streams = site.sourceStreams();
  const [positionsBefore, extentsBefore, sizesBefore] = STREAMS.map((stream) =>
    site.kept(streams[stream]),
  ) as [ValueId, ValueId, ValueId];
  const states = site.kept(boundary.id);
  const surprise = addSurprise(site, states);
  const protection = addProtection(site, sizesBefore, surprise);
  const { plan, candidates } = addPlan(site, [extentsBefore, sizesBefore, ...protection], states);
  const extents = site.add('mergedExtents', [extentsBefore, plan], {}, `${domain}.extents`);
  const sizes = site.add('mergedSizes', [sizesBefore, plan], {}, `${domain}.sizes`);
  const placed = [positionsBefore, plan, extents, sizes];
  const positionIds = site.add('mergedPositions', placed, { strategy }, `${domain}.positionIds`);
  const merged = site.add('tokenMerge', [states, plan], { interpolation }, mergedStates(afterLayer));
  const statistics = site.add('mergeStatistics', [states, plan], {}, `${domain}.statistics`);
  const outputs = new Map([
    [mergeOutput(domain, 'plan'), plan],
    [mergeOutput(domain, 'extents'), extents],
    [mergeOutput(domain, 'statistics'), statistics],
    ...surpriseOutputs(site, surprise),
    ...remainingTail(site, states, [extentsBefore, sizesBefore, candidates, ...protection]),
  ]);
  const moved = new Map([
    [streams.extents, extents],
    [streams.sizes, sizes],
    [streams.positionIds, positionIds],
    [boundary.id, merged],
  ]);
  return { outputs, moved };
}

/**
 * What may still be merged when more tokens follow, if merging goes on.
 *
 * @param merged the tokens' extents, sizes and plan, and which of them are protected if any
 */
function remainingTail(site: MergeSite, states: ValueId, merged: readonly ValueId[]): [string, ValueId][] {
  const { afterLayer, keepStart, stream } = site.options;
  if (stream === 'off') return [];
  const domain = tailDomain(site.source, afterLayer);
  const attributes = { keepStart, domain, symbol: domainSymbol('tail', domain) };
  const plan = site.add('mergeTail', merged, attributes, `${domain}.plan`);
  const [extents, sizes] = merged as [ValueId, ValueId];
  return [
    // A slot with one member keeps it as it is, whatever the interpolation.
    [
      tailStates(afterLayer),
      site.add('tokenMerge', [states, plan], { interpolation: 'mean' }, `${domain}.states`),
    ],
    [
      cacheName(streamName(domain, 'extents')),
      site.add('mergedExtents', [extents, plan], {}, `${domain}.extents`),
    ],
    [cacheName(streamName(domain, 'sizes')), site.add('mergedSizes', [sizes, plan], {}, `${domain}.sizes`)],
  ];
}
