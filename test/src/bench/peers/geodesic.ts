import { loadModel } from 'geodesic';
import { likeliest } from '../../next-token.js';
import type { Contestant } from './contestant.js';

/** This project on one of its backends, without merging. */
export async function openGeodesic(backend: string): Promise<Contestant> {
  const model = await loadModel('smollm2-135m-instruct', { backend });
  const session = model.session();
  return {
    prefill: async (tokens) => likeliest((await session.prefill([tokens])).logits.data),
    decode: async (token) => likeliest((await session.decode([[token]])).logits.data),
    async close() {
      session.dispose();
      model.dispose();
    },
  };
}
