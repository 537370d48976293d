export { readConfig } from './read-config.js';
export { writeModel } from './write-model.js';
