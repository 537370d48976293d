import { expect, it, vi } from 'vitest';
import { pollGently } from './poll-gently.js';

it("delays an addon's callbacks, and nobody else's", async () => {
  pollGently();
  const timer = vi.spyOn(globalThis, 'setTimeout');
  await new Promise((resolve) => setImmediate(resolve));
  const called = vi.fn();
  setImmediate(called.bind(null), 1, 2);
  await vi.waitFor(() => expect(called).toHaveBeenCalledWith(1, 2));
  expect(timer).not.toHaveBeenCalledWith(expect.any(Function), 1);
  // As an addon's functions are: native, and a constructor.
  setImmediate(Object);
  expect(timer).toHaveBeenCalledWith(Object, 1);
  timer.mockRestore();
});
