import { aligned } from '../aligned.js';
import { wrapText } from '../side-by-side.js';
import type { CacheContents } from './cache-contents.js';
import type { Diagnosis } from './diagnosis.js';
import type { AdapterAbilities, Examination, KernelTuning } from './examination.js';

const WIDTH = 80;
const STATES = { works: 'yes', wrong: 'wrong', unavailable: 'no' } as const;

/** A diagnosis for people: the machine, a table of the backends, and what to do about those that don't work or work slowly. */
export function diagnosisText(diagnosis: Diagnosis): string {
  const { backends, auto } = diagnosis;
  const advice = backends.map(adviceFor).filter((text) => text !== undefined);
  const taken = `--backend auto takes ${auto ?? 'none of them'} here.`;
  return [
    aligned(machineRows(diagnosis), { width: WIDTH }),
    aligned([['backend', 'works', 'start', 'probe', 'what'], ...backends.map(backendRow)], { width: WIDTH }),
    ...backends.flatMap(({ tuning }) => (tuning === undefined ? [] : [tuningText(tuning)])),
    ...advice.map((text) => wrapText(text, WIDTH).join('\n')),
    taken,
  ].join('\n\n');
}

function machineRows({
  geodesic,
  node,
  platform,
  processors,
  memoryBytes,
  pip,
  cache,
}: Diagnosis): string[][] {
  return [
    ['Geodesic', geodesic],
    ['Node', `${node}, ${platform}, ${count(processors, 'processor')}, ${bytes(memoryBytes)} of memory`],
    ['pip', pip ?? 'none: models that come in Python wheels need it; install Python 3 with pip'],
    ...cacheRows(cache),
  ];
}

function cacheRows({ folder, bytes: total, models }: CacheContents): string[][] {
  return [
    ['cache', `${folder}, ${bytes(total)}`],
    ['models', models.map((model) => `${model.name} (${bytes(model.bytes)})`).join(', ') || 'none yet'],
  ];
}

function backendRow({ name, state, openMs, probeMs, description, adapter }: Examination): string[] {
  const abilities = adapter === undefined ? [] : adapterLines(adapter);
  const what = [description ?? 'see below', ...abilities].join('; ');
  return [name, STATES[state], milliseconds(openMs), milliseconds(probeMs), what];
}

function adapterLines({ features, limits }: AdapterAbilities): string[] {
  const limit = (name: string) => limits[name] ?? 0;
  return [
    features.join(', ') || 'no optional features',
    `buffers up to ${bytes(limit('maxBufferSize'))}, bindings up to ${bytes(limit('maxStorageBufferBindingSize'))}`,
    `workgroups of ${limit('maxComputeInvocationsPerWorkgroup')} invocations with ${bytes(limit('maxComputeWorkgroupStorageSize'))}`,
  ];
}

function tuningText({ timings, place }: KernelTuning): string {
  const rows = Object.entries(timings).map(([kernel, { serialMs, parallelMs, variant }]) => [
    kernel,
    `${serialMs.toPrecision(3)} ms`,
    `${parallelMs.toPrecision(3)} ms`,
    variant,
  ]);
  return [
    aligned([['webgpu kernel', 'serial', 'parallel', 'taken'], ...rows], { width: WIDTH }),
    wrapText(`The choice is kept in ${place}; GEODESIC_WEBGPU_VARIANT overrides it.`, WIDTH).join('\n'),
  ].join('\n');
}

function adviceFor({ name, state, problem, adapter, simd }: Examination): string | undefined {
  if (state !== 'works') return `${name}: ${problem ?? 'it failed without a reason'}`;
  if (adapter?.software) {
    return `${name}: this adapter computes on the CPU, where wasm is faster: auto passes it over; for a GPU install its Vulkan, Metal or D3D12 driver`;
  }
  if (simd === false) {
    return `${name}: WebAssembly has no SIMD here and is several times slower without; update Node, or use the node backend`;
  }
  return undefined;
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? '-' : `${value.toFixed(0)} ms`;
}

function bytes(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(1)} GB`;
  return value >= 1e6 ? `${(value / 1e6).toFixed(0)} MB` : `${(value / 1e3).toFixed(0)} kB`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
