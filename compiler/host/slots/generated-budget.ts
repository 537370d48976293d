import { GENERATED, STAYS_ALONE } from './protection-bits.js';

/** What a slot costs: each generated token earns 1. */
const SLOT = 50;
/** Twelve slots are saved up at most, and at the start. */
const MOST_SAVED = 12 * SLOT;

/**
 * A row's flags, without those that what surprises in generated tokens has no more room for. Where a model draws what it did not expect token
 * after token, as from a distribution that has flattened out, keeping all of it apart would cost memory and keep noise. So the room is that of
 * a token bucket: a token that stays alone takes half a slot more than one in a pair, and as much again where it leaves the token before it
 * alone too. Given tokens, and those that stay alone by themselves, stay as they are. Flags depend on nothing behind them but what the flags given
 * did.
 *
 * @param protection bits of each token
 * @param flags 1 for tokens that would stay alone, else 0
 */
export function withinBudget(protection: ArrayLike<number>, flags: Uint8Array): Uint8Array {
  let saved = MOST_SAVED;
  let isHalfPair = false;
  return flags.map((flag, i) => {
    const bits = protection[i] as number;
    if ((bits & GENERATED) === 0) return flag;
    const staysAlone = flag === 1 && ((bits & STAYS_ALONE) !== 0 || saved > 0);
    const cost = staysAlone ? (isHalfPair ? SLOT : SLOT / 2) : 0;
    isHalfPair = !(staysAlone || isHalfPair);
    saved = Math.min(MOST_SAVED, saved + 1 - cost);
    return staysAlone ? 1 : 0;
  });
}
