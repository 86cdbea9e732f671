import { tauriBackend } from './ipc/tauri';
import { keepPaintingForADriver } from './shared/driven';
import { start } from './start';

start(tauriBackend);
keepPaintingForADriver();
