export { GeodesicError } from './error.js';
