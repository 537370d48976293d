import { type Device, type DeviceOp, prepareGraph } from '@geodesic/backend';
import { axis, type Graph, GraphBuilder, type OpName, tensorType, tokenAxis } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { OpCase } from '../lowering/op-case.js';

/** A graph of one op. Its operands are parameters, so that all of them are on the device, as hidden states are. */
function oneOpGraph<K extends DeviceOp>(op: K, { operands, attributes }: OpCase<K>): Graph {
  const builder = new GraphBuilder(op);
  const inputs = operands.map(({ shape, data, domains = {} }, i) => {
    const axes = shape.map((size, a) =>
      domains[a] === undefined ? axis(size) : tokenAxis(size, domains[a]),
    );
    const type = tensorType(data instanceof Int32Array ? 'i32' : 'f32', axes);
    return builder.leaf('parameter', type, { name: `operand.${i}` });
  });
  const name = op as Exclude<OpName, 'input' | 'state' | 'parameter'>;
  const result = builder.add(name, inputs, attributes as never, { name: 'result' });
  return builder.finish(new Map([['result', result]]));
}

/** Runs one op the way a device runs whole graphs. */
export async function runOneOpGraph<K extends DeviceOp>(
  device: Device,
  op: K,
  opCase: OpCase<K>,
): Promise<{ readonly shape: readonly number[]; readonly data: Float32Array }> {
  device.activate();
  const parameters = new Map(
    opCase.operands.map(({ shape, data }, i) => {
      const dtype = data instanceof Int32Array ? 'int32' : 'float32';
      return [`operand.${i}`, device.tf.tensor(data, [...shape], dtype)] as const;
    }),
  );
  const runner = prepareGraph(oneOpGraph(op, opCase), device, parameters);
  try {
    const { device: results } = await runner.run({ inputs: {}, states: new Map() });
    const result = results.get('result') as Tensor;
    const { shape } = result;
    const data = (await result.data()) as Float32Array;
    result.dispose();
    return { shape, data };
  } finally {
    runner.dispose();
    for (const tensor of parameters.values()) tensor.dispose();
  }
}
