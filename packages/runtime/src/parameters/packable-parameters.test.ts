import { axis, GraphBuilder, tensorType } from '@geodesic/compiler';
import { expect, it } from 'vitest';
import { packableParameters } from './packable-parameters.js';

it('are those that are matrices or tables wherever they are used', () => {
  const builder = new GraphBuilder('uses');
  const matrix = (name: string) => builder.leaf('parameter', tensorType('f32', [axis(4), axis(4)]), { name });
  const [tied, read, asInput, output] = ['tied', 'read', 'as input', 'output'].map(matrix) as [
    number,
    number,
    number,
    number,
  ];
  const ids = builder.leaf('input', tensorType('i32', [axis(1), axis(4)]), { name: 'ids' });
  const bias = builder.leaf('parameter', tensorType('f32', [axis(4)]), { name: 'bias' });
  const x = builder.add('embedding', [ids, tied], {}, { name: 'x' });
  const y = builder.add('linear', [x, tied, bias], {}, { name: 'y' });
  const z = builder.add('linear', [y, read], {}, { name: 'z' });
  const sum = builder.add('add', [z, read], {}, { name: 'sum' });
  const product = builder.add('linear', [asInput, output], {}, { name: 'product' });
  const graph = builder.finish(
    new Map([
      ['sum', sum],
      ['product', product],
      ['kept', output],
    ]),
  );
  expect([...packableParameters(graph)]).toEqual(['tied']);
});
