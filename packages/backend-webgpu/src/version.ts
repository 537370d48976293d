/** The version of this package, in the source because a browser can't read its manifest. */
export const VERSION = '0.1.0';
