import type { HostArray, SplitGraph } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Device } from './device.js';
import { isOnDevice } from './device-state.js';
import type { GraphRunner, RunResult } from './graph-runner.js';
import { checkSignal, type RunFeeds } from './run-feeds.js';

/**
 * Runs a graph in which the host needs numbers that the device computes: as two graphs, each in the device's own way, and reads
 * those numbers between them.
 */
export class StagedRunner implements GraphRunner {
  /** Names that patches of each graph may have; what is handed over was patched where it was computed. */
  readonly #patchable: readonly [ReadonlySet<string>, ReadonlySet<string>];

  constructor(
    readonly split: SplitGraph,
    readonly device: Device,
    readonly first: GraphRunner,
    readonly second: GraphRunner,
  ) {
    const names = [split.first, split.second].map(({ nodes }) => nodes.map(({ name }) => name));
    const [before = [], after = []] = names;
    this.#patchable = [new Set(before), new Set(after.filter((name) => !split.read.has(name)))];
  }

  async run(feeds: RunFeeds): Promise<RunResult> {
    const [before, after] = this.#patchable.map((names) => patchesOf(feeds, names));
    const first = await this.first.run({ ...feeds, patches: before as NonNullable<RunFeeds['patches']> });
    const handedOver = new Set([...this.split.read.values(), ...this.split.carried]);
    try {
      const inputs = { ...feeds.inputs, ...(await this.#read(first)) };
      checkSignal(feeds);
      // Not all of the first graph's states: an output may have the name of a state that the second graph reads.
      const carried = [...first.states].filter(([name]) => this.split.carried.includes(name));
      const states = new Map([...feeds.states, ...carried]);
      const second = await this.second.run({
        ...feeds,
        inputs,
        states,
        patches: after as NonNullable<RunFeeds['patches']>,
      });
      disposeOf(first, (name) => handedOver.has(name));
      return {
        host: joined(first.host, second.host, handedOver),
        device: joined(first.device, second.device, handedOver),
        states: joined(first.states, second.states, handedOver),
      };
    } catch (error) {
      disposeOf(first, () => true);
      throw error;
    }
  }

  dispose(): void {
    this.first.dispose();
    this.second.dispose();
  }

  /** What the host needs of the first graph, by the names of the second's inputs. */
  async #read({ host, device }: RunResult): Promise<Record<string, HostArray>> {
    const inputs: Record<string, HostArray> = {};
    for (const [name, output] of this.split.read) {
      const tensor = device.get(output);
      inputs[name] = tensor === undefined ? (host.get(output) as HostArray) : await numbersOf(tensor);
    }
    return inputs;
  }
}

async function numbersOf(tensor: Tensor): Promise<HostArray> {
  return { shape: tensor.shape, data: (await tensor.data()) as HostArray['data'] };
}

function patchesOf({ patches = new Map() }: RunFeeds, names: ReadonlySet<string>): RunFeeds['patches'] {
  return new Map([...patches].filter(([name]) => names.has(name)));
}

function joined<T>(
  first: ReadonlyMap<string, T>,
  second: ReadonlyMap<string, T>,
  handedOver: ReadonlySet<string>,
): Map<string, T> {
  return new Map([...[...first].filter(([name]) => !handedOver.has(name)), ...second]);
}

function disposeOf({ device, states }: RunResult, isMeant: (name: string) => boolean): void {
  for (const [name, value] of [...device, ...states]) if (isMeant(name) && isOnDevice(value)) value.dispose();
}
