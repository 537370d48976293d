import type { Figure } from './figure.js';
import { xmlCharacters } from './xml-characters.js';

/** Pixels of a PNG for each of the SVG, times 72. */
const DENSITY = 144;

/** Draws a figure as SVG. */
export async function figureSvg({ chart }: Figure): Promise<string> {
  const [vega, lite] = await Promise.all([import('vega'), import('vega-lite')]);
  // It warns of facets that it can't make faster, which is nobody's concern.
  const { spec } = lite.compile(chart, { logger: vega.logger(vega.Error) });
  const view = new vega.View(vega.parse(spec), { renderer: 'none' });
  try {
    return xmlCharacters(await view.toSVG());
  } finally {
    view.finalize();
  }
}

/** Paints an SVG, on white. Texts need a font on the system. */
export async function svgToPng(svg: string): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  return sharp(Buffer.from(svg), { density: DENSITY }).flatten({ background: 'white' }).png().toBuffer();
}
