export { wasmLowering } from './lowering.js';
export { wasmBackend } from './wasm-backend.js';
export { configureWasm, type WasmConfiguration } from './wasm-configuration.js';
