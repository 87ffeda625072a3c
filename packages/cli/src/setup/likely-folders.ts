import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where Home Assistant keeps its configuration: in its container, under the supervisor, by hand. */
const homeAssistantFolders = ['/config', '/homeassistant', '/usr/share/hassio/homeassistant', join(homedir(), '.homeassistant')];

/** The folder that somebody most likely wants to keep: Home Assistant's configuration, else their documents; `undefined` if neither is here. */
export async function likelyFolder(candidates: readonly string[] = homeAssistantFolders, home = homedir()): Promise<string | undefined> {
  for (const folder of candidates) if (await isThere(join(folder, '.HA_VERSION'))) return folder;
  for (const name of ['Documents', 'documents']) if (await isThere(join(home, name))) return join(home, name);
  return undefined;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
