import { tauriBackend } from './ipc/tauri';
import { start } from './start';

start(tauriBackend);
