import {
  axis,
  GeodesicError,
  type Graph,
  GraphBuilder,
  type HostArray,
  type OpName,
  tensorType,
  tokenAxis,
} from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Device } from './device.js';
import { prepareGraph } from './prepare-graph.js';
import { type ProbeCase, probeCases } from './probe-cases.js';
import type { ProbeOperand } from './probe-operand.js';
import { stepFault } from './step-fault.js';

/**
 * How far a result may be off, in proportion to the largest that is expected: half floats and TF32 round products to a part
 * in two thousand, and what is wrong is wrong by more than a hundredth.
 */
const TOLERANCE = 4e-3;

/** Codes of errors that say nothing about what an op computes. */
const OF_THE_DEVICE = new Set(['backend.lost', 'backend.memory', 'backend.device-error']);

/** What an op gave. */
interface ProbeResult {
  readonly probe: ProbeCase;
  readonly data: ArrayLike<number>;
}

/**
 * Runs a few ops on a device, as graphs do, and compares what they give with plain loops: drivers and libraries exist that
 * compute something else, and a model would answer with nonsense. Leaves nothing on the device.
 *
 * @throws GeodesicError `backend.wrong-numbers` with the op, the device and the difference; also where an op fails
 * @throws GeodesicError `backend.device-error`, `backend.memory`, `backend.lost` where the device reported an error
 */
export async function probeDevice(device: Device): Promise<void> {
  const since = device.reportedErrors?.();
  const results: ProbeResult[] = [];
  for (const probe of probeCases()) results.push({ probe, data: await compute(device, probe, since) });
  // Before anything is compared: behind an error of the device, wrong numbers are only what follows from it.
  await device.checkErrors(since);
  for (const result of results) compare(device, result);
}

async function compute(
  device: Device,
  probe: ProbeCase,
  since: number | undefined,
): Promise<ArrayLike<number>> {
  const weights = new Map<string, Tensor>();
  try {
    device.activate();
    for (const [i, operand] of probe.operands.entries()) {
      if (operand.isWeight) weights.set(nameOf(i), device.tf.tensor(operand.data, [...operand.shape]));
    }
    return await run(device, probe, weights);
  } catch (failure) {
    const error = await stepFault(failure, device, since);
    if (error instanceof GeodesicError && OF_THE_DEVICE.has(error.code)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw refusal(device, `fails at '${probe.op}' (${reason.trim().replaceAll(/\s*\n\s*/g, ' ')})`, error);
  } finally {
    for (const tensor of weights.values()) tensor.dispose();
  }
}

async function run(
  device: Device,
  probe: ProbeCase,
  weights: ReadonlyMap<string, Tensor>,
): Promise<ArrayLike<number>> {
  const given = probe.operands.map((operand, i) => [nameOf(i), operand] as const);
  const inputs: Record<string, HostArray> = Object.fromEntries(
    given.filter(([, operand]) => !operand.isWeight),
  );
  const runner = prepareGraph(graphOf(probe), device, weights);
  try {
    const { device: results } = await runner.run({ inputs, states: new Map() });
    const result = results.get('result') as Tensor;
    // A copy: on cpu the data are the tensor's own memory.
    return await result
      .data()
      .then((data) => data.slice())
      .finally(() => result.dispose());
  } finally {
    runner.dispose();
  }
}

/** A graph of the one op. */
function graphOf({ op, operands, attributes }: ProbeCase): Graph {
  const builder = new GraphBuilder(`probe of ${op}`);
  const ids = operands.map((operand, i) =>
    builder.leaf(operand.isWeight ? 'parameter' : 'input', typeOf(operand), { name: nameOf(i) }),
  );
  // Its attributes belong to its op, as `probeCase` sees to; `add` can't see it for an op among many.
  const result = builder.add(
    op as Exclude<OpName, 'input' | 'state' | 'parameter'>,
    ids,
    attributes as never,
    {
      name: 'result',
    },
  );
  return builder.finish(new Map([['result', result]]));
}

function typeOf({ shape, data, domains = {} }: ProbeOperand): ReturnType<typeof tensorType> {
  const axes = shape.map((size, i) => (domains[i] === undefined ? axis(size) : tokenAxis(size, domains[i])));
  return tensorType(data instanceof Int32Array ? 'i32' : 'f32', axes);
}

function nameOf(operand: number): string {
  return `operand.${operand}`;
}

function compare(device: Device, { probe: { op, expected }, data }: ProbeResult): void {
  if (data.length !== expected.length) {
    throw refusal(
      device,
      `computes wrong numbers: '${op}' gives ${data.length} of them instead of ${expected.length}`,
    );
  }
  const limit = TOLERANCE * Math.max(...expected.map(Math.abs));
  const differences = expected.map((value, i) => {
    const difference = Math.abs((data[i] as number) - value);
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  });
  const worst = Math.max(...differences);
  if (worst <= limit) return;
  const at = differences.indexOf(worst);
  const [actual, right] = [data[at] as number, expected[at] as number].map((value) => value.toPrecision(6));
  const off = Number.isFinite(worst) ? `, off by ${worst.toPrecision(2)}` : '';
  throw refusal(device, `computes wrong numbers: '${op}' gives ${actual} instead of ${right}${off}`);
}

function refusal({ name, description }: Device, what: string, cause?: unknown): GeodesicError {
  return new GeodesicError(
    'backend.wrong-numbers',
    `The ${name} backend (${description}) ${what}; update its driver or library, or choose another backend`,
    cause === undefined ? undefined : { cause },
  );
}
