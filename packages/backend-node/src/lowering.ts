import { composedLowering, type LoweringTable } from '@geodesic/backend';

/** How the node backend lowers ops. */
export const nodeLowering: LoweringTable = composedLowering;
