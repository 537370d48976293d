import { xmlCharacters } from './xml-characters.js';

/** Text for HTML and SVG, also inside attributes in double quotes. */
export function escapeMarkup(text: string): string {
  return xmlCharacters(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
