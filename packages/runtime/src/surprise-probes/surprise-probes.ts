import type { SurpriseProbe } from '@geodesic/compiler';

/** By layer: what tells from its output how surprising a token was. */
export type SurpriseProbes = ReadonlyMap<number, SurpriseProbe>;
