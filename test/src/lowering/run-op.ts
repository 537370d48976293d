import { type Device, type DeviceOp, Executable, type Weight } from '@geodesic/backend';
import { axis, type Graph, GraphBuilder, type OpName, tensorType, tokenAxis } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { OpCase, Operand } from './op-case.js';

/** A graph of one op. Its operands are parameters, so that all of them are on the device, as hidden states are. */
function graphOf<K extends DeviceOp>(op: K, { operands, attributes }: OpCase<K>): Graph {
  const builder = new GraphBuilder(op);
  const inputs = operands.map(({ shape, data, domains = {} }, i) => {
    const axes = shape.map((size, a) =>
      domains[a] === undefined ? axis(size) : tokenAxis(size, domains[a]),
    );
    return builder.leaf('parameter', tensorType(data instanceof Int32Array ? 'i32' : 'f32', axes), {
      name: `operand.${i}`,
    });
  });
  // Its attributes belong to its op: `OpCase<K>` says so, which `add` can't see for a K that is still open.
  const result = builder.add(
    op as Exclude<OpName, 'input' | 'state' | 'parameter'>,
    inputs,
    attributes as never,
    {
      name: 'result',
    },
  );
  return builder.finish(new Map([['result', result]]));
}

/** Runs one op on a device through the executor, as a node of a graph. */
export async function runOp<K extends DeviceOp>(
  device: Device,
  op: K,
  opCase: OpCase<K>,
): Promise<{ readonly shape: readonly number[]; readonly data: Float32Array }> {
  device.activate();
  const parameters = new Map(opCase.operands.map((operand, i) => [`operand.${i}`, upload(device, operand)]));
  try {
    const executable = new Executable(graphOf(op, opCase), device, parameters);
    const { device: results } = await executable.run({ inputs: {}, states: new Map() });
    const result = results.get('result') as Tensor;
    try {
      return { shape: result.shape, data: (await result.data()) as Float32Array };
    } finally {
      result.dispose();
    }
  } finally {
    for (const tensor of parameters.values()) tensor.dispose();
  }
}

function upload({ tf, packing }: Device, { shape, data, quantised }: Operand): Weight {
  if (packing !== undefined && quantised !== undefined) {
    const packed = packing.pack(quantised);
    if (packed === undefined) throw new RangeError(`${quantised.dtype} was not packed`);
    return packed;
  }
  return tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32');
}
