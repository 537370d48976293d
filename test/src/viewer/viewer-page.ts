import type { Browser, Locator, Page } from 'playwright-core';

/** The viewer in a tab of its own, with everything that the browser complained about. */
export class ViewerPage {
  readonly page: Page;
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`console: ${message.text()}`);
    });
  }

  /** Opens the page and waits for its graph. */
  static async open(browser: Browser, url: string, width = 1280): Promise<ViewerPage> {
    const viewer = new ViewerPage(await browser.newPage({ viewport: { width, height: 900 } }));
    await viewer.page.goto(url);
    await viewer.section('merge').waitFor();
    return viewer;
  }

  /** A part of the graph by the name that it shows. */
  section(title: string): Locator {
    return this.page.locator('.section', {
      has: this.page.locator('.section-name', { hasText: new RegExp(`^${title}$`) }),
    });
  }

  /** Types a text and waits for its picture. */
  async type(text: string): Promise<void> {
    await this.page.locator('#text').fill(text);
    await this.untilNote(/run\.$|ran\.$/);
  }

  async untilNote(pattern: RegExp): Promise<void> {
    await this.page.locator('#text-note', { hasText: pattern }).waitFor();
  }

  /** What each frame of the picture holds. */
  frames(): Promise<string[]> {
    return this.page.locator('#picture .merged').allTextContents();
  }
}
