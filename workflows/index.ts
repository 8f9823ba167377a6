export { exportStream } from './exportStream.js';
export { loadWindow } from './loadWindow.js';
