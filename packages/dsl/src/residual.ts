import { type Block, located } from './block.js';
import { add } from './ops.js';

/** x + inner(norm(x)). Its two blocks stand where it stands, the norm as `<inner>Norm`. */
export function residual(norm: Block, inner: Block): Block {
  return {
    ...located(residual),
    apply(x, scope) {
      const normed = scope.apply({ ...norm, path: `${inner.path ?? 'inner'}Norm` }, x);
      return add(x, scope.apply(inner, normed));
    },
  };
}
