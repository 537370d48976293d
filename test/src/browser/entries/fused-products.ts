import { cpuBackend } from '@geodesic/backend-cpu';
import { type KernelVariant, webgpuBackend } from '@geodesic/backend-webgpu';
import { relativeDifference } from '../../difference.js';
import { FUSED_TOLERANCE, floatCases, fusedResults, packedCases } from '../../webgpu/fused-cases.js';
import { PACKED_TYPES } from '../../webgpu/quantised-matrix.js';
import { withKernels } from '../../webgpu/with-kernels.js';

export interface Input {
  readonly variant: KernelVariant;
}

/** What each case differs from cpu by, as a share of what it may. */
export interface Output {
  readonly title: string;
  readonly share: number;
}

/** A decoding step, and a few rows of a prompt. */
const ROWS = [1, 7];

/** Runs plans of products on WebGPU, and the same ops one by one on cpu. */
export async function main({ variant }: Input): Promise<Output[]> {
  const cpu = await cpuBackend.open();
  const webgpu = await webgpuBackend.open();
  const device = withKernels(webgpu, variant);
  const cases = [
    ...floatCases([33, 20, 7], ROWS),
    ...floatCases([64, 68, 24], ROWS),
    ...PACKED_TYPES.flatMap((dtype) =>
      packedCases(dtype, ROWS).map((fused) => ({ ...fused, title: `${dtype} ${fused.title}` })),
    ),
  ];
  const outputs: Output[] = [];
  for (const fused of cases) {
    const [actual, expected] = [await fusedResults(device, fused), await fusedResults(cpu, fused)];
    for (const [i, data] of expected.entries()) {
      const share = relativeDifference(actual[i] ?? [], data) / FUSED_TOLERANCE;
      outputs.push({ title: `${fused.title}, result ${i}`, share });
    }
  }
  await webgpu.checkErrors();
  return outputs;
}
