export { exportStream } from './exportStream.js';
export { loadWindow } from './loadWindow.js';
export { reextractForm } from './reextractForm.js';
