export { chosenRadio, fillSelect, isEnabled, setEnabled } from './controls.js';
export { DEFAULT_PROMPT } from './default-prompt.js';
export { element } from './element.js';
export { MergePicture } from './merge-picture.js';
export { MergeSettings } from './merge-settings.js';
export { bytes, milliseconds, percent } from './numbers.js';
export type { PictureSlot, TokenText } from './picture/picture.js';
export { Slider } from './slider.js';
