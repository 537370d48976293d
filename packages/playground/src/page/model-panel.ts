import { bytes, chosenRadio, element, fillSelect, isEnabled, setEnabled } from '@geodesic/page-parts';
import type { BackendChoice, LoadedModel, LoadingProgress, LoadStage, ModelChoice } from '../protocol.js';
import { CATALOGUE_PATH, type OfferedModel } from '../server-paths.js';

const SOURCES = ['files', 'catalogue', 'hub'] as const;

const STAGES: Readonly<Record<LoadStage, string>> = {
  device: 'Starting the device …',
  download: 'Downloading …',
  weights: 'Reading weights …',
  'warm-up': 'Warming up …',
};

/** What the panel asks the page for. */
export interface ModelPanelActions {
  load(model: ModelChoice, backend: BackendChoice): void;
  cancel(): void;
  /** Says that nothing was chosen. */
  refuse(message: string): void;
}

/** Where a model is chosen, and how far its loading is. */
export class ModelPanel {
  readonly #actions: ModelPanelActions;
  readonly #form = element('model-form', HTMLFormElement);
  readonly #files = element('files', HTMLInputElement);
  readonly #catalogue = element('catalogue', HTMLSelectElement);
  readonly #hub = element('hub', HTMLInputElement);
  readonly #backend = element('backend', HTMLSelectElement);
  readonly #cancel = element('cancel-load', HTMLButtonElement);
  readonly #progress = element('load-progress', HTMLProgressElement);
  readonly #status = element('model-status', HTMLParagraphElement);

  constructor(actions: ModelPanelActions) {
    this.#actions = actions;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    for (const radio of this.#form.querySelectorAll('input[name=source]'))
      radio.addEventListener('change', () => this.#showSource());
    this.#cancel.addEventListener('click', () => {
      if (isEnabled(this.#cancel)) actions.cancel();
    });
    this.#acceptDrops();
    this.#showSource();
    void this.#offerCatalogue();
  }

  /** Puts the focus where another model can be chosen. */
  focus(): void {
    this.#form.querySelector<HTMLInputElement>('input[name=source]:checked')?.focus();
  }

  showProgress({ stage, done, total }: LoadingProgress): void {
    setEnabled(this.#cancel, true);
    delete this.#progress.dataset.idle;
    if (total > 0) this.#progress.value = done / total;
    else this.#progress.removeAttribute('value');
    const amount =
      stage === 'download' && done > 0 ? ` ${bytes(done)}${total > 0 ? ` of ${bytes(total)}` : ''}` : '';
    this.#say(`${STAGES[stage]}${amount}`);
  }

  showModel({ name, architecture, layers, device, passedOver }: LoadedModel): void {
    this.#rest();
    const reason = passedOver === undefined ? '' : ` (not WebGPU: ${passedOver})`;
    this.#say(`${name} · ${architecture}, ${layers} layers · ${device}${reason}`);
  }

  showNone(): void {
    this.#rest();
    this.#say('No model.');
  }

  #rest(): void {
    setEnabled(this.#cancel, false);
    this.#progress.dataset.idle = '';
    this.#progress.value = 0;
  }

  /** A text that is set again is read out again. */
  #say(text: string): void {
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }

  #showSource(): void {
    const chosen = chosenRadio(this.#form, 'source');
    for (const source of SOURCES) element(`source-${source}`, HTMLDivElement).hidden = source !== chosen;
  }

  #submit(): void {
    const backend = this.#backend.value as BackendChoice;
    const source = chosenRadio(this.#form, 'source');
    const name = source === 'hub' ? this.#hub.value.trim() : this.#catalogue.value;
    if (source === 'files') {
      this.#loadFiles([...(this.#files.files ?? [])]);
    } else if (name !== '') {
      this.#actions.load({ kind: 'served', name }, backend);
    } else {
      this.#actions.refuse(
        source === 'hub'
          ? 'Give a repository of the hub: owner/name, or owner/name:Q4_K_M for one of its GGUF files.'
          : 'There is no catalogue here.',
      );
    }
  }

  #loadFiles(files: readonly File[]): void {
    if (files.length === 0) this.#actions.refuse('Choose a model file first.');
    else this.#actions.load({ kind: 'files', files }, this.#backend.value as BackendChoice);
  }

  /** Files may be dropped anywhere; without this, the browser would leave the page for them. */
  #acceptDrops(): void {
    addEventListener('dragover', (event) => event.preventDefault());
    addEventListener('drop', (event) => {
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) this.#loadFiles(files);
    });
  }

  async #offerCatalogue(): Promise<void> {
    const note = element('catalogue-note', HTMLParagraphElement);
    try {
      const response = await fetch(`${import.meta.env.BASE_URL}${CATALOGUE_PATH}`);
      const models = (await response.json()) as readonly OfferedModel[];
      const describe = () => {
        const model = models.find(({ name }) => name === this.#catalogue.value);
        note.textContent = model === undefined ? '' : `${model.description}. License: ${model.license}.`;
      };
      fillSelect(
        this.#catalogue,
        models.map(({ name }) => [name, name] as const),
      );
      this.#catalogue.addEventListener('change', describe);
      describe();
    } catch {
      // Served as files alone, the page has no server that knows models.
      note.textContent = 'Only with npm run playground: this server has no catalogue.';
      element('hub-note', HTMLParagraphElement).textContent = 'Only with npm run playground.';
    }
  }
}
