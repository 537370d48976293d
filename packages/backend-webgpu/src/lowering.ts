import { composedLowering, type LoweringTable } from '@geodesic/backend';

/** How the webgpu backend lowers ops. */
export const webgpuLowering: LoweringTable = composedLowering;
