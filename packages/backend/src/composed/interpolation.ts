/*
 * What all backends interpolate the states of a group by. `slerp` weighs each of n members by 1 / √(n (1 + (n − 1) c̄)), with the mean
 * cosine c̄ of their pairs: one over the length of the sum of their directions.
 */

/** Above this c̄ the members are close to parallel, and below 1 − this of 1 + (n − 1) c̄ they cancel out: the weight is 1/n there. */
export const LINEAR_ABOVE = 0.9995;

/** Divisor for states that are all zero; any other state is larger after rescaling. */
export const LEAST_DIVISOR = 1e-30;
