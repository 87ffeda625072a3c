import { openIssueStore } from '../backups/issues/issue-store.js';
import { openRunLog } from '../backups/jobs/run-log.js';
import { openJournal } from '../backups/journal.js';
import { openPins } from '../backups/pins.js';
import { openRetentionLog } from '../backups/retention/retention-log.js';
import { openSealLog } from '../backups/seal/seal-log.js';
import { openVerifiedLog } from '../backups/verification/verified-log.js';
import { rememberSecrets } from '../config/secrets/remember-secrets.js';
import { createSettings } from '../config/settings.js';
import { openKeyStore } from '../keys/key-store.js';
import { openKitRecord } from '../keys/kit-record.js';
import type { Composition } from './composition.js';
import type { DataDirPaths } from './data-dir-paths.js';
import type { HostOptions } from './host-options.js';
import { lateSecretStore } from './late-secrets.js';
import { lateNotifications } from './notifications/late-notifications.js';
import { ownTokens } from './own-tokens.js';
import { serviceTokens } from './service-tokens.js';

/** What is kept in the data directory, unless the app keeps it elsewhere. */
export async function registerStores(
  { register, isReplaced, get }: Composition,
  { dataDir, journal }: DataDirPaths,
  { passphrase }: Pick<HostOptions, 'passphrase'>,
): Promise<void> {
  if (!isReplaced(serviceTokens.keys)) {
    const keys = await openKeyStore(dataDir, { now: () => get(serviceTokens.clock).now() });
    register(serviceTokens.keys, () => keys);
  }
  if (!isReplaced(serviceTokens.kitRecord)) {
    const kitRecord = await openKitRecord(dataDir);
    register(serviceTokens.kitRecord, () => kitRecord);
  }
  register(serviceTokens.secrets, () =>
    lateSecretStore(async () => {
      const { openSecretStore } = await import('../config/secrets/open-secret-store.js');
      const instanceId = get(ownTokens.configFile).instance.id;
      return openSecretStore({ dataDir, instanceId, log: get(serviceTokens.log), ...(passphrase && { passphrase }) });
    }),
  );
  register(ownTokens.secrets, () => rememberSecrets(get(serviceTokens.secrets)));
  register(serviceTokens.journal, () => openJournal(journal));
  register(serviceTokens.sealLog, () => openSealLog(dataDir));
  register(ownTokens.pins, () => openPins(dataDir));
  register(ownTokens.verifiedLog, () => openVerifiedLog(dataDir));
  register(ownTokens.retentionLog, () => openRetentionLog(dataDir));
  register(ownTokens.runLog, () => openRunLog(dataDir, get(serviceTokens.clock)));
  register(ownTokens.issues, () => {
    const { emit } = get(ownTokens.events);
    return openIssueStore({
      dataDir,
      clock: get(serviceTokens.clock),
      onRaised: (issue) => emit('issue', { type: 'raised', issue }),
      onUpdated: (issue) => emit('issue', { type: 'updated', issue }),
      onResolved: (issue) => emit('issue', { type: 'resolved', issue }),
    });
  });
  register(ownTokens.notifications, () =>
    lateNotifications(
      get(ownTokens.events),
      get(ownTokens.configFile),
      get(serviceTokens.log),
      () => get(ownTokens.issueRaiser).settled(),
      async () => {
        const { openNotifications } = await import('./notifications/open-notifications.js');
        const configFile = get(ownTokens.configFile);
        const secrets = get(ownTokens.secrets).store;
        return openNotifications({ dataDir, configFile, secrets, clock: get(serviceTokens.clock), log: get(serviceTokens.log) });
      },
    ),
  );
  register(ownTokens.settings, () => createSettings(get(ownTokens.configFile)));
}
