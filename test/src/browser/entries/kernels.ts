import { cpuBackend } from '@geodesic/backend-cpu';
import { type KernelVariant, webgpuBackend } from '@geodesic/backend-webgpu';
import { relativeDifference } from '../../difference.js';
import { runOp } from '../../lowering/run-op.js';
import { kernelCases } from '../../webgpu/kernel-cases.js';
import { withKernels } from '../../webgpu/with-kernels.js';

/** Groups of `kernelCases`. */
export interface Input {
  readonly groups: readonly string[];
  readonly variants: readonly KernelVariant[];
}

/** What each case differs from cpu by, as a share of what it may. */
export interface Output {
  readonly title: string;
  readonly share: number;
}

/** Runs groups of kernels on WebGPU and on cpu. */
export async function main({ groups, variants }: Input): Promise<Output[]> {
  const cpu = await cpuBackend.open();
  const webgpu = await webgpuBackend.open();
  const outputs: Output[] = [];
  for (const variant of variants) {
    const device = withKernels(webgpu, variant);
    for (const { title, op, opCase, tolerance } of groups.flatMap((group) => kernelCases[group]!())) {
      const expected = await runOp(cpu, op, opCase);
      const { data } = await runOp(device, op, opCase);
      const difference = relativeDifference(data, expected.data);
      outputs.push({ title: `${variant} ${title}`, share: difference === 0 ? 0 : difference / tolerance });
    }
  }
  await webgpu.checkErrors();
  return outputs;
}
