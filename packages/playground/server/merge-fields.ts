import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const FIELDS = fileURLToPath(import.meta.resolve('@geodesic/page-parts/static/merge-fields.html'));

/** Puts the fields of a merge, which other pages have too, into the page's markup. */
export function mergeFields(): Plugin {
  return {
    name: 'geodesic:merge-fields',
    transformIndexHtml: {
      order: 'pre',
      handler: async (html) => html.replace('<!-- merge fields -->', await readFile(FIELDS, 'utf8')),
    },
  };
}
