import { expect, it } from 'vitest';
import { figureSvg, svgToPng } from './render-figure.js';
import { tracePicture } from './trace-picture.js';

const AWKWARD = 'a\x01b \uFFFE\uFFFF\uD800 & c';
const SHOWN = 'a�b ��� &amp; c';

it('a figure is painted whatever characters its labels have', async () => {
  const svg = await figureSvg({
    name: 'f',
    title: 'f',
    chart: { data: { values: [{ x: 1 }] }, title: AWKWARD, mark: 'point', encoding: { x: { field: 'x' } } },
  });
  expect(svg).toContain(SHOWN);
  expect((await svgToPng(svg)).length).toBeGreaterThan(0);
});

it('and so is a trace', async () => {
  const slots = [{ first: 0, last: 0, merged: false, cosine: 1 }];
  const svg = tracePicture({ tokens: [AWKWARD], slots }, AWKWARD);
  expect(svg).toContain(SHOWN);
  expect((await svgToPng(svg)).length).toBeGreaterThan(0);
});
