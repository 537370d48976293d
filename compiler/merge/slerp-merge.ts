import type { Pass } from '../passes/pass.js';
import { resolveMergeOptions, type SlerpMergeOptions } from './options.js';
import { MergeRewrite } from './rewrite/merge-rewrite.js';

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
