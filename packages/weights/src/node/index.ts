export type { DownloadOptions, DownloadProgress } from './download-progress.js';
export { findPip, type Pip } from './find-pip.js';
export { makeFolder } from './make-folder.js';
export { defaultCacheDir } from './model-cache.js';
export { openNodeFile } from './node-file.js';
export { openCheckpoint } from './open-checkpoint.js';
export { readModelSource } from './read-model-source.js';
export { type ResolveOptions, resolveModel } from './resolve-model.js';
