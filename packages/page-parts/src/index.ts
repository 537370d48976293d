export { DEFAULT_PROMPT } from './default-prompt.js';
export { chosenRadio, element, fillSelect, isEnabled, setEnabled } from './element.js';
export { MergePicture } from './merge-picture.js';
export { MergeSettings } from './merge-settings.js';
export { bytes, milliseconds, percent } from './numbers.js';
export type { PictureSlot, TokenText } from './picture/picture.js';
export { Slider } from './slider.js';
