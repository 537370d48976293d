import { describe, expect, it } from 'vitest';
import { type Block, blocksOf, PAGES, placeOf, SCRIPTS } from './pages.js';
import { runTypeScript, scriptsOf } from './scripts.js';

const MARK = '<what the page shows ends here>';

/** What a prefill of a block with a merge says of it, so that no example asks for a merge and gets none. */
const MERGED = 'slots that a prefill merged:';
const SAY_WHAT_MERGES = `
import { Session as Watched } from 'geodesic';
const { prefill: unwatched } = Watched.prototype;
Watched.prototype.prefill = async function (...args) {
  const step = await unwatched.apply(this, args);
  const slots = step.merges.flatMap(({ rows }) => rows.flat());
  console.log('${MERGED}', slots.filter(({ merged }) => merged).length);
  return step;
};
`;

/** The blocks of a script page, with a mark behind what each `text` block shows. */
function marked(blocks: readonly Block[]): string {
  return blocks
    .map(({ language, code }) => (language === 'text' ? `console.log(${JSON.stringify(MARK)});\n` : code))
    .join('');
}

describe.each(PAGES.filter((page) => !SCRIPTS.has(page) && scriptsOf(page).length > 0))('%s', (page) => {
  const blocks = scriptsOf(page).flatMap((script) => script.blocks);

  it.each(blocks.map((block) => ({ place: placeOf(block), block })))(
    'runs the block at $place',
    async ({ block }) => {
      const merges = /\.session\(\{\s*merge: /.test(block.code);
      const source = merges ? SAY_WHAT_MERGES + block.code : block.code;
      const { exitCode, stdout, stderr } = await runTypeScript(source);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout.trim()).not.toBe('');
      if (merges) expect(stdout).toMatch(new RegExp(`${MERGED} [1-9]`));
    },
    300_000,
  );
});

describe.each([...SCRIPTS])('%s', (page) => {
  it('is one script, which prints what the page shows', async () => {
    const blocks = blocksOf(page).filter(({ language }) => ['ts', 'text'].includes(language));
    const { exitCode, stdout, stderr } = await runTypeScript(marked(blocks));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const shown = blocks.filter(({ language }) => language === 'text');
    const printed = stdout.split(`${MARK}\n`);
    expect(Object.fromEntries(shown.map((block, i) => [placeOf(block), printed[i]]))).toEqual(
      Object.fromEntries(shown.map((block) => [placeOf(block), block.code])),
    );
    expect(printed.slice(shown.length)).toEqual(['']);
  }, 120_000);
});
