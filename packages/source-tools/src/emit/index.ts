export { type EmittedModel, emitModule } from './emit-module.js';
