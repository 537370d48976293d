import { beforeEach, expect, it, vi } from 'vitest';
import type { BackendName } from '../backend-names.js';
import { diagnose } from './diagnosis.js';
import { diagnosisText } from './diagnosis-text.js';
import type { Examination } from './examination.js';

beforeEach(() => {
  vi.stubEnv('GEODESIC_CACHE', '/nowhere/at-all');
});

const adapter = {
  software: true,
  features: ['shader-f16', 'subgroups'],
  limits: {
    maxBufferSize: 4e9,
    maxStorageBufferBindingSize: 2 ** 27,
    maxComputeInvocationsPerWorkgroup: 1024,
    maxComputeWorkgroupStorageSize: 32_768,
  },
};

/** Examinations by name; the backends that are left out work. */
function finding(
  found: Partial<Record<BackendName, Partial<Examination>>>,
): (name: BackendName) => Promise<Examination> {
  return async (name) => ({ name, state: 'works', description: `a good ${name}`, ...found[name] });
}

it('examines the fastest first, which auto takes', async () => {
  const { backends, auto, cache } = await diagnose(finding({}));
  expect(backends.map(({ name }) => name)).toEqual(['webgpu', 'node', 'wasm', 'cpu']);
  expect(auto).toBe('webgpu');
  expect(cache).toEqual({ folder: '/nowhere/at-all', bytes: 0, models: [] });
});

it('auto takes neither a rasteriser nor what is wrong or missing', async () => {
  const found = { webgpu: { adapter }, node: { state: 'wrong' } } as const;
  expect((await diagnose(finding(found))).auto).toBe('wasm');
  const none = { state: 'unavailable' } as const;
  expect((await diagnose(finding({ webgpu: none, node: none, wasm: none, cpu: none }))).auto).toBeNull();
});

it('as text fits 80 columns and says what to do', async () => {
  const long = 'reason '.repeat(30);
  const diagnosis = await diagnose(
    finding({
      webgpu: {
        adapter,
        description: 'llvmpipe (LLVM 19.1.7, 256 bits) (software)',
        openMs: 212.4,
        probeMs: 31,
      },
      node: { state: 'unavailable', problem: `The node backend can't start: ${long}; run npm install` },
      wasm: { simd: false },
      cpu: {
        tuning: {
          timings: { attention: { serialMs: 12.345, parallelMs: 0.054321, variant: 'parallel' } },
          place: `/a/${'long/'.repeat(20)}file`,
        },
      },
    }),
  );
  const lines = diagnosisText(diagnosis).split('\n');
  for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
  const text = lines.join(' ').replace(/\s+/g, ' ');
  expect(lines).toContainEqual(expect.stringMatching(/^webgpu {2,}yes {2,}212 ms {2,}31 ms {2,}llvmpipe/));
  expect(text).toContain(
    'shader-f16, subgroups; buffers up to 4.0 GB, bindings up to 134 MB; workgroups of 1024',
  );
  expect(lines).toContainEqual(expect.stringMatching(/^attention {2,}12\.3 ms {2,}0\.0543 ms {2,}parallel$/));
  expect(text).toContain('GEODESIC_WEBGPU_VARIANT overrides it.');
  expect(text).toContain('webgpu: this adapter computes on the CPU');
  expect(text).toContain("node: The node backend can't start: reason");
  expect(text).toContain('run npm install');
  expect(text).toContain('wasm: WebAssembly has no SIMD here');
  expect(text).toContain('--backend auto takes wasm here.');
});
