import { ViewerPage } from './viewer-page.js';

await ViewerPage.open();
