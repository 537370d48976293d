export type { ShownModel } from '../protocol.js';
export type { Beginning } from './answers.js';
export { startViewer, type Viewer, type ViewerOptions } from './start-viewer.js';
export type { ViewedModel } from './viewed-model.js';
