import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSavedModel, type NodeDef, TAG } from '../graph-def/graph-def.js';
import type { TensorFlowBinding, TensorMetadata } from '../tensorflow-backend.js';
import type { NodeName } from './node-name.js';
import { runFailure } from './run-failure.js';

/**
 * Computes the fetched nodes from tensors, by their ids, in place of the fed nodes. The results are the caller's.
 *
 * @throws GeodesicError `backend.memory` naming what there is no room for, `backend.device-error` with what else TensorFlow says
 */
export type SavedModelCall = (ids: readonly number[]) => TensorMetadata[];

/** A graph in a TensorFlow session of its own. */
export class SavedModel {
  readonly #binding: TensorFlowBinding;
  readonly #id: number;
  readonly #sources: ReadonlyMap<NodeName, string>;
  #disposed = false;

  /**
   * Hands the graph over by way of a file, which is gone again when this returns: the binding has no other way.
   *
   * @param sources names of the values that nodes are part of, for errors
   */
  constructor(binding: TensorFlowBinding, nodes: readonly NodeDef[], sources: ReadonlyMap<NodeName, string>) {
    this.#binding = binding;
    this.#sources = sources;
    const folder = mkdtempSync(join(tmpdir(), 'geodesic-graph-'));
    try {
      writeFileSync(join(folder, 'saved_model.pb'), encodeSavedModel(nodes));
      this.#id = binding.loadSavedModel(folder, TAG);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** A call that feeds and fetches the same nodes each time: there are hundreds, whose names are joined once. */
  call(feeds: readonly NodeName[], fetches: readonly NodeName[]): SavedModelCall {
    const [fed, fetched] = [outputsOf(feeds), outputsOf(fetches)];
    return (ids) => {
      if (fetches.length === 0) return [];
      try {
        return this.#binding.runSavedModel(this.#id, ids, fed, fetched);
      } catch (cause) {
        throw runFailure(cause, this.#sources);
      }
    };
  }

  /** Ends the session. Calling it twice does no harm. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#binding.deleteSavedModel(this.#id);
  }
}

function outputsOf(nodes: readonly NodeName[]): string {
  return nodes.map((name) => `${name}:0`).join();
}
