import { type Backend, type Device, openOnce, type Tfjs } from '@geodesic/backend';
import { GeodesicError } from '@geodesic/compiler';
import { cpuLowering } from './lowering.js';

/** Plain JavaScript on the CPU: slow, runs everywhere, and what the other backends are compared with. */
export const cpuBackend: Backend = {
  name: 'cpu',
  open: openOnce(openCpu),
};

async function openCpu(): Promise<Device> {
  const tf = await load();
  return {
    name: 'cpu',
    description: 'JavaScript, one thread',
    tf,
    lowering: cpuLowering,
    activate() {
      if (tf.getBackend() !== 'cpu') void tf.setBackend('cpu');
    },
    async checkErrors() {},
  };
}

async function load(): Promise<Tfjs> {
  try {
    const tf = await import('@tensorflow/tfjs-core');
    // tfjs-node brings the cpu backend along; registering it twice prints a warning for every kernel.
    if (tf.findBackendFactory('cpu') === null) await import('@tensorflow/tfjs-backend-cpu');
    if (tf.findBackend('cpu') === null) throw new Error('tfjs has no backend named cpu');
    skipAdvertisement(tf);
    return tf;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GeodesicError(
      'backend.unavailable',
      `The cpu backend can't load: ${reason.split('\n')[0]}; run npm install @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0`,
      { cause },
    );
  }
}

/** The first write on this backend prints an advertisement for tfjs-node; PROD is tfjs' switch for such prints. */
function skipAdvertisement(tf: Tfjs): void {
  const before = tf.env().getBool('PROD');
  const active = tf.getBackend();
  tf.env().set('PROD', true);
  try {
    void tf.setBackend('cpu');
    tf.scalar(0).dispose();
  } finally {
    tf.env().set('PROD', before);
    if (active) void tf.setBackend(active);
  }
}
