import { resolveModel } from '@geodesic/weights/node';
import { type Contestant, THREADS } from './contestant.js';
import { importPeer } from './peers-folder.js';

/** Room for the longest prompt and the tokens behind it. */
const CONTEXT = 3072;

type Evaluated = number | readonly [number, { readonly generateNext: object }];

interface Sequence {
  clearHistory(): Promise<void>;
  controlledEvaluate(
    input: readonly Evaluated[],
  ): Promise<readonly ({ readonly next: { readonly token?: number | null } } | undefined)[]>;
}

interface NodeLlamaCpp {
  getLlama(options: object): Promise<{
    loadModel(options: { modelPath: string }): Promise<{
      createContext(options: object): Promise<{ getSequence(): Sequence }>;
    }>;
    dispose(): Promise<void>;
  }>;
}

/** llama.cpp on the GGUF file as it is: weights of four bits and a half, its own kernels for them. */
export async function openLlamaCpp(): Promise<Contestant> {
  const { getLlama } = await importPeer<NodeLlamaCpp>('node-llama-cpp', 'dist/index.js');
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: THREADS, logLevel: 'error' });
  const model = await llama.loadModel({ modelPath: await resolveModel('smollm2-135m-instruct') });
  const context = await model.createContext({ contextSize: CONTEXT, threads: THREADS });
  const sequence = context.getSequence();
  const step = async (tokens: readonly number[]) => {
    const last = [tokens.at(-1) as number, { generateNext: { token: true } }] as const;
    const results = await sequence.controlledEvaluate([...tokens.slice(0, -1), last]);
    return results.at(-1)?.next.token as number;
  };
  return {
    async prefill(tokens) {
      await sequence.clearHistory();
      return step(tokens);
    },
    decode: (token) => step([token]),
    close: () => llama.dispose(),
  };
}
