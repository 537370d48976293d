/**
 * The one error type of the project: what was wrong, where, and what to do.
 *
 * `code` is stable and meant for programs; `message` is one line and meant for people.
 */
export class GeodesicError extends Error {
  readonly code: string;

  /**
   * @param code stable identifier in the form `area.problem`, for example `weights.truncated`
   * @param message one line that says what was wrong, where, and what to do
   */
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GeodesicError';
    this.code = code;
  }
}
