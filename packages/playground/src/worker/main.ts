import { configureWasm } from '@geodesic/backend-wasm';
import type { Reply, Request } from '../protocol.js';
import { WASM_FOLDER } from '../server-paths.js';
import { Workshop } from './workshop.js';

/** The computing side of the page: takes requests one after the other, and stays free to hear that one is cancelled. */

configureWasm({ path: `${import.meta.env.BASE_URL}${WASM_FOLDER}` });

const workshop = new Workshop((reply: Reply) => postMessage(reply));

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  if (data.kind === 'cancel') workshop.cancel(data.job);
  else workshop.start(data.job, data);
});
