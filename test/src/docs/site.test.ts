import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PAGES, ROOT } from './pages.js';

const SITE = join(ROOT, 'docs/.vitepress/dist');

/** Where the site has a page: `docs/guide.md` is `guide.html`. */
const siteFile = (page: string) => join(SITE, page.replace(/^docs\//, '').replace(/\.md$/, '.html'));

const pages = PAGES.filter((page) => page.startsWith('docs/'));

const ORIGIN = 'https://site.invalid';

/** Whether the site has the page of a link, and in it the heading that its anchor names. */
function isThere({ pathname, hash }: URL): boolean {
  const file = join(SITE, decodeURIComponent(pathname.replace(/\/$/, '/index.html')));
  if (!existsSync(file)) return false;
  return hash === '' || readFileSync(file, 'utf8').includes(`id="${decodeURIComponent(hash.slice(1))}"`);
}

describe('the site', () => {
  // VitePress fails for links that lead nowhere, TypeDoc (treatWarningsAsErrors) for comments that name what is not there.
  beforeAll(() => {
    const { status, stdout, stderr } = spawnSync('npm', ['run', 'build', '--workspace', '@geodesic/docs'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`npm run docs fails:\n${stdout}\n${stderr}`);
  }, 300_000);

  it('has every page of docs/', () => {
    expect(pages.filter((page) => !existsSync(siteFile(page)))).toEqual([]);
  });

  it('leads to every page from its sidebar', () => {
    const html = readFileSync(siteFile('docs/guide.md'), 'utf8');
    const sidebar = html.slice(html.indexOf('<aside class="VPSidebar"'), html.indexOf('</aside>'));
    const links = [...sidebar.matchAll(/href="\/([^"]*)\.html"/g)].map(([, path]) => `docs/${path}.md`);
    expect(links).toEqual(expect.arrayContaining(pages.filter((page) => page !== 'docs/index.md')));
  });

  // VitePress itself looks neither at anchors nor at the links of its configuration and of the home page.
  it.each(pages)('has what %s links to, anchors too', (page) => {
    const here = new URL(relative(SITE, siteFile(page)), ORIGIN);
    const html = readFileSync(siteFile(page), 'utf8');
    const links = [...html.matchAll(/<a [^>]*href="([^"]*)"/g)].map(
      ([, href]) => new URL(href as string, here),
    );
    const ours = links.filter(({ origin }) => origin === ORIGIN);
    expect(ours.length).toBeGreaterThan(10);
    expect(ours.filter((link) => !isThere(link)).map(String)).toEqual([]);
  });

  it('documents the packages, what they re-export and what is thrown', () => {
    const page = readFileSync(join(SITE, 'api/geodesic/functions/slerpMerge.html'), 'utf8');
    expect(page).toContain('SlerpMergeOptions');
    expect(page).toContain('merge.layer');
    expect(existsSync(join(SITE, 'api/@geodesic/backend/_/functions/prepareGraph.html'))).toBe(true);
  });
});
