import { GeodesicError } from '@geodesic/compiler';
import { type Block, declared } from './block.js';
import { declaredBy } from './declaration.js';
import { add, mul } from './ops.js';

export interface ResidualOptions {
  /** Factor of what is added to x (Granite); default 1. */
  readonly scale?: number;
}

/**
 * x + scale · postNorm(inner(norm(x))), each norm where there is one (norms before: Xiong et al., 2020; behind: Gemma 2, OLMo 2).
 * The blocks stand where the residual stands, the norms as `<inner>Norm` and `<inner>PostNorm`.
 */
export function residual(
  norm: Block | null,
  inner: Block,
  postNorm: Block | null = null,
  options: ResidualOptions = {},
): Block {
  const name = inner.path ?? 'inner';
  const { scale = 1 } = options;
  return {
    ...declared(residual, norm, inner, postNorm, ...(scale === 1 ? [] : [options])),
    apply(x, scope) {
      const normed = norm === null ? x : scope.apply({ ...norm, path: `${name}Norm` }, x);
      const states = scope.apply(inner, normed);
      const last = postNorm === null ? states : scope.apply({ ...postNorm, path: `${name}PostNorm` }, states);
      return add(x, scale === 1 ? last : mul(last, scale));
    },
  };
}

/**
 * x + the sum of every inner(norm(x)), side by side (Wang and Komatsuzaki, 2021). One norm is shared by all and stands as `norm`;
 * of several each belongs to the inner block at its place and stands as `<inner>Norm`.
 *
 * @throws GeodesicError `dsl.norms` for another number of norms than one or that of the blocks
 */
export function parallelResidual(norm: Block | readonly Block[], ...inners: readonly Block[]): Block {
  const own = Array.isArray(norm) ? (norm as readonly Block[]) : undefined;
  if (inners.length === 0 || (own !== undefined && own.length !== inners.length) || norm === null) {
    throw new GeodesicError(
      'dsl.norms',
      `parallelResidual: ${own?.length ?? (norm === null ? 0 : 1)} norms for ${inners.length} blocks; give one norm for all, or a list of one for each`,
    );
  }
  return {
    ...declared(parallelResidual, norm, ...inners),
    apply(x, scope) {
      const shared = own === undefined ? scope.apply({ ...(norm as Block), path: 'norm' }, x) : undefined;
      return inners.reduce((sum, inner, i) => {
        const normed = shared ?? scope.apply(renamed(`${inner.path ?? 'inner'}Norm`, own?.[i] as Block), x);
        return add(sum, scope.apply(inner, normed));
      }, x);
    },
  };
}

/** The block under another path. */
export function renamed(path: string, block: Block): Block {
  return { ...block, path, ...declaredBy(renamed, path, block) };
}
