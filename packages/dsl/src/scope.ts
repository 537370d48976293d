import { GeodesicError } from '@geodesic/compiler';
import type { Block } from './block.js';
import { Tensor } from './tensor.js';
import type { TokenStreams } from './token-streams.js';
import type { Tracer } from './tracer.js';

/** What a block sees of the model around it while it is traced: weights, caches and token streams at its path. */
export class Scope {
  readonly #tracer: Tracer;

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  get tokens(): TokenStreams {
    return this.#tracer.tokens;
  }

  /** A weight below the block's path; matrices are laid out [in, out]. */
  parameter(name: string, shape: readonly number[]): Tensor {
    return this.#tracer.parameter(this.#tracer.pathOf(name), shape);
  }

  /** A weight that another part of the model owns: a tied head's embedding. */
  sharedParameter(path: string, shape: readonly number[]): Tensor {
    return this.#tracer.parameter(path, shape);
  }

  /** Gives a value a stable name below the block's path, and gives it back. */
  named(name: string, tensor: Tensor): Tensor {
    return this.#tracer.named(name, tensor);
  }

  /**
   * `added` behind what earlier steps cached: keys, values or any other tensor [B, N, …] that is computed of hidden states. Where a
   * merge goes on while tokens are generated, it has to be [B, N, features] or [B, N, heads, dim].
   */
  cached(name: string, added: Tensor): Tensor {
    return this.#tracer.cached(this.#tracer.pathOf(name), added);
  }

  /** Applies a block below this one; its result is named `<path>.output`. */
  apply(block: Block, x: Tensor): Tensor {
    checkBlock(block);
    return this.within(block.path, block, () => {
      const output = block.apply(x, this);
      if (!(output instanceof Tensor)) throw notATensor(block, output);
      return block.path === undefined || output.id === x.id ? output : this.named('output', output);
    });
  }

  /** Runs `body` below `path`, or at the same place where there is none. */
  within<T>(path: string | undefined, place: Pick<Block, 'source' | 'locateOps'>, body: () => T): T {
    return this.#tracer.within(path, place, body);
  }
}

function checkBlock(block: Block): void {
  if (typeof block?.apply === 'function') return;
  throw new GeodesicError(
    'dsl.block',
    `${String(block)} stands where a block should: make one by its function`,
  );
}

function notATensor({ path }: Block, output: unknown): GeodesicError {
  return new GeodesicError(
    'dsl.block',
    `block ${path === undefined ? '' : `'${path}' `}gave ${String(output)}: return its hidden states`,
  );
}
