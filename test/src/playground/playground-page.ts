import type { Browser, Locator, Page } from 'playwright-core';

/** A file as a person picks it: a path, or what is in it. */
export type PickedFile =
  | string
  | { readonly name: string; readonly mimeType: string; readonly buffer: Buffer };

/** More than a model takes to load or to answer on a machine that others use too. */
const PATIENCE_MS = 100_000;

/** Runs in the page before its scripts: adds up what moved without anybody having touched anything. */
const WATCH_SHIFTS = `
  globalThis.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.layoutShift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });`;

/** The playground in a tab of its own, as a person uses it, with everything that the browser complained about. */
export class PlaygroundPage {
  readonly page: Page;
  /** Uncaught errors, and errors on the console. */
  readonly complaints: string[] = [];
  readonly #url: string;

  private constructor(page: Page, url: string) {
    this.page = page;
    this.#url = url;
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.complaints.push(`uncaught: ${error.message}`));
    page.on('crash', () => this.complaints.push('the page crashed'));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`console: ${message.text()}`);
    });
  }

  static async open(browser: Browser, url: string, width = 1280): Promise<PlaygroundPage> {
    const playground = new PlaygroundPage(await browser.newPage({ viewport: { width, height: 900 } }), url);
    await playground.page.addInitScript(WATCH_SHIFTS);
    await playground.page.goto(playground.#url);
    return playground;
  }

  close(): Promise<void> {
    return this.page.close();
  }

  at(id: string): Locator {
    return this.page.locator(`#${id}`);
  }

  text(id: string): Promise<string> {
    return this.at(id).innerText();
  }

  /** Picks files and begins to load them. */
  async beginLoading(files: PickedFile | readonly PickedFile[]): Promise<void> {
    await this.at('files').setInputFiles(files as string[]);
    await this.at('load').click();
  }

  /** Loads a model from files and waits until it can answer. */
  async load(files: PickedFile | readonly PickedFile[]): Promise<void> {
    await this.beginLoading(files);
    await this.untilReady();
  }

  /** Waits until a model can answer; a trouble that is shown instead is an error. */
  async untilReady(): Promise<void> {
    await this.page.waitForSelector('#answer[aria-disabled=false], #trouble:not([hidden])');
    if (await this.at('trouble').isVisible()) throw new Error(await this.text('trouble'));
  }

  /** Waits until the status below the prompt is this. */
  async untilStatus(pattern: RegExp): Promise<void> {
    await this.page.locator('#answer-status', { hasText: pattern }).waitFor();
  }

  /** Answers a prompt to its end. */
  async answer(prompt: string, form: 'chat' | 'plain', maxTokens: number): Promise<void> {
    await this.beginAnswer(prompt, form, maxTokens);
    await this.untilStatus(/^Done/);
  }

  async beginAnswer(prompt: string, form: 'chat' | 'plain', maxTokens: number): Promise<void> {
    await this.at('prompt').fill(prompt);
    await this.page.locator(`input[name=form][value=${form}]`).check({ force: true });
    await this.at('max-tokens').fill(String(maxTokens));
    await this.at('answer').click();
  }

  /** The whole text of an answer, spaces as they are. */
  async answerOf(side: 'base' | 'merged'): Promise<string> {
    return (await this.at(`${side}-answer`).textContent()) ?? '';
  }

  /** Waits for the trouble that is shown. */
  async trouble(): Promise<{ readonly text: string; readonly code: string }> {
    await this.at('trouble').waitFor();
    return { text: await this.text('trouble-text'), code: await this.text('trouble-code') };
  }

  /** How much has moved since the page was loaded, as Cumulative Layout Shift counts it but for its windows: a sum. */
  layoutShift(): Promise<number> {
    return this.page.evaluate(() => (globalThis as unknown as { layoutShift: number }).layoutShift);
  }
}
