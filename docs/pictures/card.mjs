/**
 * A picture: shapes on a ground of its own, so that it can be read wherever it is shown, in colours that follow the reader's scheme.
 * It is drawn 480 wide, which a phone shows at about two thirds.
 */
export const WIDTH = 480;

const STYLE = `
    svg { color-scheme: light dark; }
    text { font: 13px system-ui, "Segoe UI", "Noto Sans", sans-serif; fill: #1c2329; }
    .card { fill: #fafaf8; stroke: #d8dadb; }
    .quiet { fill: #566069; }
    .head { fill: #566069; font-size: 12px; }
    .middle { text-anchor: middle; }
    .end { text-anchor: end; }
    .token { fill: #ffffff; stroke: #85909a; }
    .merged { fill: #cfe3f1; stroke: #1d5c85; }
    .protected { fill: #fbf0cf; stroke: #8a6100; }
    .kept { fill: #e4e6e6; stroke: #85909a; }
    .new { fill: #d9eed6; stroke: #2c6e31; }
    .hidden { fill: none; stroke: #d8dadb; }
    .line { fill: none; stroke: #566069; }
    .wrong { fill: none; stroke: #a8321f; stroke-dasharray: 5 4; }
    .wrong-text { fill: #a8321f; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e3e6e8; }
      .card { fill: #1c2024; stroke: #343a40; }
      .quiet, .head { fill: #a1abb3; }
      .token { fill: #101315; stroke: #76818b; }
      .merged { fill: #20445e; stroke: #86bfe3; }
      .protected { fill: #4a3e16; stroke: #e0b64a; }
      .kept { fill: #3a4046; stroke: #76818b; }
      .new { fill: #21462a; stroke: #86cf8c; }
      .hidden { stroke: #343a40; }
      .line { stroke: #a1abb3; }
      .wrong { stroke: #f09a88; }
      .wrong-text { fill: #f09a88; }
    }`;

const escaped = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');

export const box = (kind, x, y, width, height) =>
  `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="3"/>`;

export const label = (text, x, y, kinds = '') =>
  `<text ${kinds && `class="${kinds}" `}x="${x}" y="${y}">${escaped(text)}</text>`;

export const line = (path, kind = 'line') => `<path class="${kind}" d="${path}"/>`;

/** A box with a text in its middle. */
export const labelledBox = (kind, text, x, y, width, height) =>
  box(kind, x, y, width, height) + label(text, x + width / 2, y + height / 2 + 4.5, 'middle');

/** What the colours mean, one line at the bottom. */
export function legend(entries, y) {
  let x = 16;
  return entries.map(([kind, text]) => {
    const at = x;
    x += 32 + text.length * 6.5;
    return box(kind, at, y, 12, 12) + label(text, at + 18, y + 10.5, 'head');
  });
}

/** The whole picture; `title` is what it says to who can't see it. */
export function card(title, height, shapes) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
  <title>${escaped(title)}</title>
  <style>${STYLE}
  </style>
  <rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>
  ${shapes.flat(Number.POSITIVE_INFINITY).join('\n  ')}
</svg>
`;
}
