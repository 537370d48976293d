import { GeodesicError } from '@geodesic/compiler';

/** What a merge may cost and must save; what is not given is free. */
export interface MergeBudget {
  /** Most KL(base ‖ merged) a token, in nats. */
  readonly kl?: number;
  /** Least base over merged arithmetic of a prefill. */
  readonly speed?: number;
  /** Most KV bytes, as a share of the base's. */
  readonly kv?: number;
}

const BOUNDS = { kl: '<=', speed: '>=', kv: '<=' } as const satisfies Record<keyof MergeBudget, string>;

/**
 * Reads a budget such as `kl<=0.05`, `speed>=1.3` or `kl<=0.1,kv<=0.5`.
 *
 * @throws GeodesicError `merge.budget` for anything else, and for bounds that everything or nothing keeps
 */
export function parseMergeBudget(text: string): MergeBudget {
  const budget: { -readonly [K in keyof MergeBudget]: number } = {};
  for (const part of text.split(',')) {
    const [, name, sign, digits] = /^\s*(kl|speed|kv)\s*([<>]=)\s*(\d+\.?\d*|\.\d+)\s*$/.exec(part) ?? [];
    const key = name as keyof MergeBudget;
    if (name === undefined || BOUNDS[key] !== sign || budget[key] !== undefined) throw unreadable(text);
    budget[key] = Number(digits);
  }
  const { kl = 1, speed = 2, kv = 0.5 } = budget;
  if (kl > 0 && speed > 1 && kv > 0 && kv < 1) return budget;
  throw new GeodesicError(
    'merge.budget',
    `merge budget '${text}': kl must be above 0, speed above 1, and kv between 0 and 1`,
  );
}

function unreadable(text: string): GeodesicError {
  return new GeodesicError(
    'merge.budget',
    `merge budget '${text}': give kl<=NATS, speed>=FACTOR or kv<=SHARE, or several of them separated by commas, each once`,
  );
}
