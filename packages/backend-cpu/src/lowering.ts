import { composedLowering, type LoweringTable } from '@geodesic/backend';

/** How the cpu backend lowers ops: the composed table, and nothing of its own, since it is the oracle. */
export const cpuLowering: LoweringTable = composedLowering;
