import { type SourceFile, SyntaxKind } from 'ts-morph';

/** How a file is written, for what is added to look the same. */
export class SourceStyle {
  readonly quote: "'" | '"';
  readonly lineEnd: '\n' | '\r\n';
  /** What stands inside of the braces of an object: a space, or nothing. */
  readonly padding: ' ' | '';

  constructor(file: SourceFile) {
    const text = file.getFullText();
    const literals = file
      .getDescendantsOfKind(SyntaxKind.StringLiteral)
      .map((one) => one.getText().charAt(0));
    const double = literals.filter((quote) => quote === '"').length;
    this.quote = double > literals.length / 2 ? '"' : "'";
    this.lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
    const braces = [
      ...file.getDescendantsOfKind(SyntaxKind.ObjectLiteralExpression),
      ...file.getDescendantsOfKind(SyntaxKind.NamedImports),
    ].map((one) => one.getText());
    const tight = braces.filter((one) => /^\{\S[^\n]*\}$/.test(one) && one !== '{}').length;
    this.padding = tight > braces.filter((one) => /^\{ [^\n]*\}$/.test(one)).length ? '' : ' ';
  }

  /** A literal of a number, text, truth value or list of them. */
  literal(value: unknown): string {
    if (Array.isArray(value)) return `[${value.map((item) => this.literal(item)).join(', ')}]`;
    return typeof value === 'string' ? `${this.quote}${value}${this.quote}` : String(value);
  }

  object(entries: readonly string[]): string {
    return `{${this.padding}${entries.join(', ')}${this.padding}}`;
  }
}
