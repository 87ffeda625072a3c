import type { ConfigFile } from './config-file.js';
import type { StoredSettings } from './stored-config.js';

/** What backups are made with unless they are asked for otherwise, and how the next host runs providers. */
export interface Settings {
  /** Only what was set. As it was last read or written. */
  get(): StoredSettings;
  /** Sets what is given; `undefined` takes a setting back to its default. */
  set(changes: { readonly [Name in keyof StoredSettings]?: StoredSettings[Name] | undefined }): Promise<StoredSettings>;
}

export function createSettings(configFile: ConfigFile): Settings {
  return {
    get: () => configFile.settings(),
    async set(changes) {
      await configFile.updateSettings((before) => {
        const { encryption, compressionLevel, isolation, spoolBytes, verification } = { ...before, ...changes };
        return {
          ...(encryption === undefined ? {} : { encryption }),
          ...(compressionLevel === undefined ? {} : { compressionLevel }),
          ...(isolation === undefined ? {} : { isolation }),
          ...(spoolBytes === undefined ? {} : { spoolBytes }),
          ...(verification === undefined ? {} : { verification }),
        };
      });
      return configFile.settings();
    },
  };
}
