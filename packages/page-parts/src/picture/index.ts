export type { PictureSlot, TokenText } from './picture.js';
export { pictureSlots } from './picture-slots.js';
export { tokenTexts } from './token-texts.js';
