import type { Device } from '@geodesic/backend';
import { LanguageModel } from '@geodesic/runtime';
import { openBackend, openModel } from 'geodesic';
import { alternate, median, printComparison, type Side } from './alternate.js';
import { describeMachine } from './machine.js';
import { promptOf } from './prompt.js';

const MODEL = 'smollm2-135m-instruct';
/** Graphs must at least be no slower. */
const LIMIT = 1;
const STEPS = 10;

/** The node backend with whole graphs in TensorFlow against the same backend node by node: prefill and decoding steps. */
export async function benchNodeGraph(): Promise<void> {
  const device = await openBackend('node');
  print(`${describeMachine()}, ${device.description}`);
  const opened = await openModel(MODEL);
  const graph = await opened.load(device);
  const eager = nodeByNode(graph);
  for (const length of [128, 512]) await benchPrefill(graph, eager, length);
  await benchDecode(graph, eager, 512);
  graph.dispose();
}

/** The same weights on the same device, without its way to run whole graphs. */
function nodeByNode({ definition, config, device, parameters }: LanguageModel): LanguageModel {
  const { prepare: _, ...eager }: Device = device;
  return new LanguageModel({ definition, config, device: eager, parameters });
}

async function benchPrefill(graph: LanguageModel, eager: LanguageModel, length: number): Promise<void> {
  const rows = [promptOf(length, graph.config.vocabSize)];
  const sessions = [graph.session(), eager.session()] as const;
  const sides: [Side, Side] = [
    { name: 'graph', run: async () => void (await sessions[0].prefill(rows)) },
    { name: 'node by node', run: async () => void (await sessions[1].prefill(rows)) },
  ];
  const times = await alternate(sides, 7);
  printComparison(`prefill of ${length} tokens`, sides, times, LIMIT);
  print(`  ${((length * 1000) / median(times[0])).toFixed(0)} tokens/s as a graph`);
  for (const session of sessions) session.dispose();
}

async function benchDecode(graph: LanguageModel, eager: LanguageModel, length: number): Promise<void> {
  const sessions = [graph.session(), eager.session()] as const;
  for (const session of sessions) await session.prefill([promptOf(length, graph.config.vocabSize)]);
  const decode = (session: (typeof sessions)[number]) => async () => {
    for (let step = 0; step < STEPS; step++) await session.decode([[42]]);
  };
  const sides: [Side, Side] = [
    { name: 'graph', run: decode(sessions[0]) },
    { name: 'node by node', run: decode(sessions[1]) },
  ];
  const times = await alternate(sides, 7);
  printComparison(`${STEPS} decoding steps behind ${length} tokens`, sides, times, LIMIT);
  print(`  ${((STEPS * 1000) / median(times[0])).toFixed(1)} tokens/s as a graph`);
  for (const session of sessions) session.dispose();
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
