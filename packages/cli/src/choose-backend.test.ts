import type { Device } from '@geodesic/backend';
import { GeodesicError } from '@geodesic/compiler';
import { expect, it } from 'vitest';
import { type Candidate, chooseBackend } from './choose-backend.js';

function works(name: string): Candidate {
  return { name, open: async () => ({ name, description: `a good ${name}` }) as Device };
}

function fails(name: string, error: Error): Candidate {
  return { name, open: () => Promise.reject(error) };
}

const missing = new GeodesicError(
  'backend.unavailable',
  "The b backend can't start: no library; install it",
  {
    cause: new Error('no library\n  in any folder'),
  },
);
const wrong = new GeodesicError('backend.wrong-numbers', "The c backend computes wrong numbers: 'softmax' …");

async function choose(candidates: readonly Candidate[]): Promise<{ name: string; said: string[] }> {
  const said: string[] = [];
  const { name } = await chooseBackend(candidates, (line) => said.push(line));
  return { name, said };
}

it('takes the first that works, and opens none behind it', async () => {
  const never = { name: 'slow', open: () => expect.fail('it was opened') };
  expect(await choose([works('fast'), never])).toEqual({
    name: 'fast',
    said: ['backend: fast (a good fast)'],
  });
});

it('says in one line why it passed over better ones', async () => {
  const candidates = [fails('a', new Error('a rasteriser')), fails('b', missing), works('d')];
  expect(await choose(candidates)).toEqual({
    name: 'd',
    said: ['backend: d (a good d); passed over a: a rasteriser; passed over b: no library in any folder'],
  });
});

it('warns of one that computes wrong numbers', async () => {
  expect(await choose([fails('c', wrong), works('d')])).toEqual({
    name: 'd',
    said: [`warning: ${wrong.message}`, 'backend: d (a good d); passed over c: it computes wrong numbers'],
  });
});

it('fails with every reason where none works', async () => {
  await expect(choose([fails('b', missing), fails('c', wrong)])).rejects.toMatchObject({
    code: 'backend.unavailable',
    message: expect.stringMatching(
      /b: no library in any folder; c: it computes wrong numbers.*geodesic doctor/,
    ),
  });
});
