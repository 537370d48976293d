import { expect, it } from 'vitest';
import { parseGraph } from '../ir/parse.js';
import { graphToJson } from './graph-json.js';

it('graphToJson gives plain JSON with all that a graph holds', () => {
  const graph = parseGraph(`graph "test" {
  %0 = input() : f32[B, N:tokens, 8] "x"
  %1 = parameter() : f32[8] "norm.weight" @models/mine.ts:3:7
  %2 = rmsNorm(%0, %1) {"eps":0.5} : f32[B, N:tokens, 8] "norm.output" @models/mine.ts:3:7
  return %2 as "y"
}`);
  const source = { file: 'models/mine.ts', line: 3, column: 7 };
  const json = {
    name: 'test',
    nodes: [
      { id: 0, op: 'input', inputs: [], attributes: {}, type: 'f32[B, N:tokens, 8]', name: 'x' },
      { id: 1, op: 'parameter', inputs: [], attributes: {}, type: 'f32[8]', name: 'norm.weight', source },
      {
        id: 2,
        op: 'rmsNorm',
        inputs: [0, 1],
        attributes: { eps: 0.5 },
        type: 'f32[B, N:tokens, 8]',
        name: 'norm.output',
        source,
      },
    ],
    outputs: { y: 2 },
  };
  expect(graphToJson(graph)).toStrictEqual(json);
  expect(JSON.parse(JSON.stringify(graphToJson(graph)))).toStrictEqual(json);
});
