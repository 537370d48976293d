import { webgpuBackend } from '@geodesic/backend-webgpu';

/** Goes wrong in the way that is asked for, so that a test sees that the harness notices. */
export async function main(kind: 'throws' | 'console' | 'uncaught' | 'gpu'): Promise<string> {
  switch (kind) {
    case 'throws':
      throw new Error('main threw this');
    case 'console':
      console.error('main printed this');
      break;
    case 'uncaught':
      setTimeout(() => {
        throw new Error('a timer threw this');
      });
      await new Promise((resolve) => setTimeout(resolve, 50));
      break;
    case 'gpu': {
      const device = await webgpuBackend.open();
      const { device: gpu } = device.tf.findBackend('webgpu') as unknown as {
        device: { createShaderModule(descriptor: { code: string }): unknown };
      };
      gpu.createShaderModule({ code: 'fn main( {' });
    }
  }
  return 'done';
}
