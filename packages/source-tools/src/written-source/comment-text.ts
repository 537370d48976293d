/** Text for a comment of one line: nothing in it ends the line. JSON leaves U+2028 and U+2029 as they are. */
export function commentText(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
