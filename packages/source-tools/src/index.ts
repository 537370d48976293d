export { readConfig, writeModel } from './new-model/index.js';
