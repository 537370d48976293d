/** Paths below the page's address that its server answers; the page and the server agree on them here. */

/** tfjs' `.wasm` files. */
export const WASM_FOLDER = 'wasm/';
/** GET: the catalogue. */
export const CATALOGUE_PATH = 'geodesic/catalogue';
/** POST `{ name }`: finds a model, downloads it where needed, and tells what files it has, a JSON object a line. */
export const MODELS_PATH = 'geodesic/models';
/** GET `<name>/<file>`: a file of a model that was found, whole or a range of it. */
export const FILES_PATH = 'geodesic/files/';

/** A model that the server knows by a short name. */
export interface OfferedModel {
  readonly name: string;
  readonly description: string;
  readonly license: string;
}

/** A file of a model that the server has. */
export interface ServedFile {
  readonly name: string;
  readonly size: number;
}

/** A line of the answer to `MODELS_PATH`: downloads as they go, and at the end the files or what went wrong. */
export type ServerLine =
  | {
      readonly kind: 'download';
      readonly file: string;
      readonly receivedBytes: number;
      readonly totalBytes?: number;
    }
  | { readonly kind: 'files'; readonly files: readonly ServedFile[] }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };
