import type * as TensorFlow from '@tensorflow/tfjs-core';

/** The tfjs-core module as a backend sees it; tfjs-node may bring a copy of its own, so nobody imports it directly. */
export type Tfjs = typeof TensorFlow;
