import { beforeEach, expect, it, vi } from 'vitest';
import { examineApart } from '../doctor/examine-apart.js';
import { writeOutput } from '../standard-output.js';
import { doctorCommand } from './doctor.js';

vi.mock('../doctor/examine-apart.js');
vi.mock('../standard-output.js');

let printed = '';

beforeEach(() => {
  printed = '';
  vi.stubEnv('GEODESIC_CACHE', '/nowhere/at-all');
  vi.mocked(writeOutput).mockImplementation(async (text) => {
    printed += text;
  });
});

it('fails where no backend works, behind the whole report', async () => {
  vi.mocked(examineApart).mockImplementation(async (name) => ({
    name,
    state: 'unavailable',
    problem: 'gone',
  }));
  await expect(doctorCommand({})).rejects.toMatchObject({ code: 'doctor.no-backend' });
  for (const name of ['webgpu', 'node', 'wasm', 'cpu']) expect(printed).toContain(`\n${name}: gone\n`);
  expect(printed).toContain('--backend auto takes none of them here.');
});

it('does not fail where one works', async () => {
  vi.mocked(examineApart).mockImplementation(async (name) => ({
    name,
    state: name === 'cpu' ? 'works' : 'wrong',
  }));
  await doctorCommand({ json: true });
  expect(JSON.parse(printed)).toMatchObject({ auto: 'cpu' });
});
