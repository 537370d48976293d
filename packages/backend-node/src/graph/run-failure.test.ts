import { expect, it } from 'vitest';
import { runFailure } from './run-failure.js';

const SOURCES = new Map([['n4', 'layers.0.output']]);

it('names the value and the bytes of an allocation that failed', () => {
  const said =
    'Session fail to run with error: OOM when allocating tensor with shape[3,5] and type float on /device:CPU:0\n\t [[{{node n4}}]]\nHint: x';
  expect(runFailure(new Error(said), SOURCES)).toMatchObject({
    code: 'backend.memory',
    message: expect.stringMatching(
      /^TensorFlow has no room for 'layers\.0\.output' \(\[3,5\] of float, 60 bytes\): /,
    ),
  });
});

it('says what is known where TensorFlow has made nodes of its own', () => {
  const said = 'OOM when allocating tensor with shape[7] and type int32 [[{{node fused/n4}}]]';
  expect(runFailure(new Error(said), SOURCES).message).toContain("'a value' ([7] of int32, 28 bytes)");
});

it('passes on in one line what else went wrong, and where', () => {
  const error = runFailure(new Error('Incompatible shapes\n\t [[{{node n4}}]]'), SOURCES);
  expect(error).toMatchObject({
    code: 'backend.device-error',
    message: "TensorFlow can't run the graph at 'layers.0.output': Incompatible shapes [[{{node n4}}]]",
  });
});
