/**
 * How a part of a model was declared: by which function of the DSL, and with which arguments. Whoever writes a tree out as source
 * reads it; tracing does not.
 */
export interface Declaration {
  readonly by: (...args: never[]) => unknown;
  readonly with: readonly unknown[];
}

/** What every part of a tree may tell of its declaration. */
export interface Declared {
  readonly declaration?: Declaration;
}

/** The `declaration` of a part, for the function that makes it to spread in. */
export function declaredBy<Args extends readonly unknown[]>(
  by: (...args: never[]) => unknown,
  ...args: Args
): { readonly declaration: Declaration } {
  return { declaration: { by, with: args } };
}
