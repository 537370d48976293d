import {
  type Device,
  type DeviceOp,
  Executable,
  type GraphRunner,
  type Lowering,
  type LoweringTable,
  probeDevice,
  probeOnce,
} from '@geodesic/backend';
import { cpuBackend } from '@geodesic/backend-cpu';
import { GeodesicError } from '@geodesic/compiler';
import { describe, expect, it } from 'vitest';
import { describeBackends } from './describe-backends.js';

await describeBackends('the probe', (backend) => {
  it('finds nothing wrong', () => probeDevice(backend.device));
});

const cpu = await cpuBackend.open();

/** A device like cpu, one of whose lowerings was changed. */
function sabotaged<K extends DeviceOp>(op: K, change: (lowering: Lowering<K>) => Lowering<K>): Device {
  const lowering = { ...cpu.lowering, [op]: change(cpu.lowering[op]) } as LoweringTable;
  return { ...cpu, name: 'sabotaged', description: 'a driver with a flaw', lowering };
}

const PROBED = [
  'matmul',
  'linear',
  'embedding',
  'softmax',
  'silu',
  'rmsNorm',
  'rope',
  'attention',
  'tokenMerge',
] as const satisfies readonly DeviceOp[];

async function expectWrong(device: Device, parts: readonly (string | RegExp)[]): Promise<void> {
  const before = device.tf.memory().numTensors;
  const error: unknown = await probeDevice(device).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(GeodesicError);
  const { code, message } = error as GeodesicError;
  expect(code).toBe('backend.wrong-numbers');
  for (const part of parts) expect(message).toMatch(part);
  expect(message).not.toContain('\n');
  expect(device.tf.memory().numTensors, 'tensors that the probe left behind').toBe(before);
}

describe.each(PROBED)('a device whose %s', (op) => {
  it('is off by a hundredth is refused, with the difference', async () => {
    const device = sabotaged(op, (lowering) => (context, inputs, attributes) => {
      return context.tf.mul(lowering(context, inputs, attributes as never), 1.01);
    });
    await expectWrong(device, [
      `'${op}' gives `,
      / instead of -?[\d.]+, off by [\d.]+/,
      'a driver with a flaw',
    ]);
  });

  it('gives one NaN is refused', async () => {
    const device = sabotaged(op, (lowering) => (context, inputs, attributes) => {
      const { tf } = context;
      const right = lowering(context, inputs, attributes as never);
      const flaw = new Float32Array(right.size);
      flaw[right.size - 1] = Number.NaN;
      return tf.add(right, tf.tensor(flaw, right.shape));
    });
    await expectWrong(device, [`'${op}' gives NaN instead of`]);
  });

  it('throws is refused, with what it said', async () => {
    const device = sabotaged(op, () => () => {
      throw new Error('no such\nkernel');
    });
    await expectWrong(device, [`fails at '${op}' (no such kernel)`, 'choose another backend']);
  });
});

it('a result of another size is refused', async () => {
  const device = sabotaged('softmax', (lowering) => (context, inputs, attributes) => {
    return context.tf.slice(lowering(context, inputs, attributes), [0, 0], [3, 16]);
  });
  await expectWrong(device, ["'softmax' gives 48 of them instead of 51"]);
});

it("a device's own runner of graphs is what is probed, where it has one", async () => {
  const flawed = sabotaged('rope', (lowering) => (context, inputs, attributes) => {
    return context.tf.neg(lowering(context, inputs, attributes));
  });
  let disposed = 0;
  const device: Device = {
    ...cpu,
    prepare(graph, parameters): GraphRunner {
      const executable = new Executable(graph, flawed, parameters);
      return { run: (feeds) => executable.run(feeds), dispose: () => disposed++ };
    },
  };
  await expectWrong(device, ["'rope' gives"]);
  expect(disposed).toBeGreaterThan(0);
});

it('an error of the device comes before what follows from it', async () => {
  const device: Device = {
    ...sabotaged(
      'softmax',
      () =>
        ({ tf }, [x]) =>
          tf.zerosLike(x!),
    ),
    checkErrors: () => Promise.reject(new GeodesicError('backend.device-error', 'the device was lost')),
  };
  await expect(probeDevice(device)).rejects.toMatchObject({ code: 'backend.device-error' });
});

describe('probeOnce', () => {
  it('probes a device once, also when asked twice at a time', async () => {
    let calls = 0;
    const device = sabotaged('softmax', (lowering) => (context, inputs, attributes) => {
      calls++;
      return lowering(context, inputs, attributes);
    });
    expect(await Promise.all([probeOnce(device), probeOnce(device)])).toEqual([device, device]);
    expect(await probeOnce(device)).toBe(device);
    expect(calls).toBe(1);
  });

  it('tries again what failed', async () => {
    let fails = true;
    const device = sabotaged('softmax', (lowering) => (context, inputs, attributes) => {
      if (fails) throw new Error('out of memory');
      return lowering(context, inputs, attributes);
    });
    await expect(probeOnce(device)).rejects.toMatchObject({ code: 'backend.wrong-numbers' });
    fails = false;
    await probeOnce(device);
  });
});
