/** Fills a choice with options, one of them chosen. */
export function fillSelect(
  select: HTMLSelectElement,
  options: readonly (readonly [value: string, text: string])[],
  chosen?: string,
): void {
  select.replaceChildren(
    ...options.map(([value, text]) => new Option(text, value, value === chosen, value === chosen)),
  );
}

/** The value of the chosen radio button of a name. */
export function chosenRadio(form: HTMLFormElement, name: string): string {
  return String(new FormData(form).get(name) ?? '');
}

/**
 * Marks a button as not to be pressed. It keeps the focus that it may have, as a disabled one would not; its handler must ask
 * `isEnabled`.
 */
export function setEnabled(button: HTMLButtonElement, enabled: boolean): void {
  button.setAttribute('aria-disabled', String(!enabled));
}

export function isEnabled(button: HTMLButtonElement): boolean {
  return button.getAttribute('aria-disabled') !== 'true';
}
