import { cacheFolder, nodeBuiltin } from '@geodesic/backend';

/** Where measured choices are kept, as one text. */
export interface VariantStore {
  /** For people: the file, or what takes its place. */
  readonly place: string;
  /** What was written last; undefined where there is nothing, or it can't be read. */
  read(): string | undefined;
  /** Whether it was kept. */
  write(text: string): boolean;
}

const FILE = 'webgpu-variants.json';
const ITEM = 'geodesic.webgpu-variants';

/** A file of the cache in Node, localStorage in a browser, else nothing that outlives the program. */
export function variantStore(env = globalThis.process?.env ?? {}): VariantStore {
  return fileStore(env) ?? pageStore() ?? NO_STORE;
}

const NO_STORE: VariantStore = { place: 'memory', read: () => undefined, write: () => false };

function fileStore(env: Readonly<Record<string, string | undefined>>): VariantStore | undefined {
  const [fs, path, folder] = [nodeBuiltin('node:fs'), nodeBuiltin('node:path'), cacheFolder(env)];
  if (fs === undefined || path === undefined || folder === undefined) return undefined;
  const place = path.join(folder, FILE);
  return {
    place,
    read: () => attempt(() => fs.readFileSync(place, 'utf8')),
    write(text) {
      // Renamed when it is whole: other programs read it at any time.
      const staging = `${place}.${process.pid}-${Math.random().toString(36).slice(2)}`;
      const isKept = attempt(() => {
        makeFolder(folder, fs, path);
        fs.writeFileSync(staging, text);
        fs.renameSync(staging, place);
        return true;
      });
      if (!isKept) attempt(() => fs.rmSync(staging, { force: true }));
      return isKept ?? false;
    },
  };
}

/** Node's own `recursive` never ends where the system knows no such place inside of a folder that is there, as in /proc. */
function makeFolder(folder: string, fs: typeof import('node:fs'), path: typeof import('node:path')): void {
  if (fs.existsSync(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFolder(parent, fs, path);
  // Another program may have made it just now; where it is still missing, writing to it says so.
  attempt(() => fs.mkdirSync(folder));
}

function pageStore(): VariantStore | undefined {
  // A page without access to it throws at the mere mention.
  const storage = attempt(() => (globalThis as { readonly localStorage?: Storage }).localStorage);
  if (storage === undefined) return undefined;
  return {
    place: 'localStorage',
    read: () => attempt(() => storage.getItem(ITEM)) ?? undefined,
    write: (text) =>
      attempt(() => {
        storage.setItem(ITEM, text);
        return true;
      }) ?? false,
  };
}

/** As much of the web's `Storage` as is used; Node has no type for it. */
interface Storage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** What it gives, or undefined where it throws: a cache that does not work only costs time. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
