import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';

/** Where the page finds the packages that it imports. They are modules as they are: nothing is bundled. */
const IMPORTS = {
  '@geodesic/compiler': '/modules/compiler/index.js',
  '@geodesic/page-parts': '/modules/page-parts/index.js',
};

const IMPORT_MAP = JSON.stringify({ imports: IMPORTS });

/** Only what this server sends runs in the page, and it reaches nobody else. */
const SECURITY_POLICY = [
  "default-src 'self'",
  `script-src 'self' 'sha256-${createHash('sha256').update(IMPORT_MAP).digest('base64')}'`,
  "img-src 'self' data:",
  "frame-ancestors 'none'",
].join('; ');

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers requests for the page, its styles and its modules; what is none of them is not found. */
export async function pageFiles(): Promise<Handler> {
  const html = await pageMarkup();
  const folders = Object.entries({
    '/modules/viewer/': new URL('../', import.meta.url),
    '/modules/compiler/': new URL('./', import.meta.resolve('@geodesic/compiler')),
    '/modules/page-parts/': new URL('./', import.meta.resolve('@geodesic/page-parts')),
    '/style/shared/': partsFolder(),
    '/style/': new URL('../../static/', import.meta.url),
  }).map(([prefix, folder]) => [prefix, sirv(fileURLToPath(folder), { etag: true })] as const);
  return (request, response) => {
    response.setHeader('Content-Security-Policy', SECURITY_POLICY);
    const { url = '' } = request;
    if (url === '/') {
      response.setHeader('Content-Type', 'text/html; charset=utf-8').end(html);
      return;
    }
    const [prefix, send] = folders.find(([one]) => url.startsWith(one)) ?? [];
    const notFound = () => void response.writeHead(404).end();
    if (prefix === undefined || send === undefined) return notFound();
    request.url = url.slice(prefix.length - 1);
    send(request, response, notFound);
  };
}

async function pageMarkup(): Promise<string> {
  const [page, fields] = await Promise.all([
    readFile(new URL('../../static/index.html', import.meta.url), 'utf8'),
    readFile(new URL('merge-fields.html', partsFolder()), 'utf8'),
  ]);
  return page
    .replace('<!-- import map -->', `<script type="importmap">${IMPORT_MAP}</script>`)
    .replace('<!-- merge fields -->', fields);
}

function partsFolder(): URL {
  return new URL('./', import.meta.resolve('@geodesic/page-parts/static/merge-fields.html'));
}
