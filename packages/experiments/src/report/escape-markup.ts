/** Text for HTML and SVG, also inside attributes in double quotes. */
export function escapeMarkup(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      // Control characters are no XML at all.
      .replaceAll(/(?![\n\r\t])\p{Cc}/gu, '�')
  );
}
