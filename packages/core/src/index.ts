export type { ArchiveNote } from './archive/archive-note.js';
export { idOfBackupKey } from './backups/backup-name.js';
export { type BackupReader, type Backups, createFileReader } from './backups/backups.js';
export type { Difference, DifferenceKind } from './backups/browse/compare-entries.js';
export type { DiffOptions, DiffTarget } from './backups/browse/diff-backup.js';
export type { ListFilesOptions } from './backups/browse/list-files.js';
export type { BackupPage, ListBackupsOptions } from './backups/catalogue.js';
export type { CreateBackupOptions, CreateBackupResult, LocationOutcome } from './backups/create-backup.js';
export type { Finding } from './backups/doctor.js';
export type { DownloadedBackup } from './backups/download-backup.js';
export { type BackupFiles, createBackupFiles } from './backups/file/backup-files.js';
export type { ConvertFileOptions, EncryptFileOptions } from './backups/file/convert-file.js';
export type { BackupFileInfo, BackupFileMember } from './backups/file/describe-file.js';
export { outputPaths, type WrittenFile } from './backups/file/output-file.js';
export type { Issue, IssueSubject } from './backups/issues/issue.js';
export type { IssueCode, IssueSeverity } from './backups/issues/catalogue.js';
export type { Journal } from './backups/journal.js';
export type { Kits } from './backups/kits.js';
export type { BackupRef, ReadOptions } from './backups/open-backup.js';
export type { OnProgress, Phase, Progress } from './backups/progress.js';
export type { ContentEntry, RestoreProblem, RestoreResult } from './backups/restore/restore-backup.js';
export type { ContentsOptions, RestoreOptions } from './backups/restore/restore.js';
export type { SealAlarm } from './backups/seal/alarms.js';
export type { SealState } from './backups/seal/check-seal.js';
export type { SealLog } from './backups/seal/seal-log.js';
export type { SourceProblem } from './backups/sources/read-source.js';
export { type SourcePreset, type SourceSpec, sourceFromPath } from './backups/sources/source.js';
export type { BackupCopy, BackupDetails, BackupSummary, Failure, SourceDetails } from './backups/summary.js';
export type { VerifyResult } from './backups/verify-backup.js';
export type { Clock } from './base/clock.js';
export { type ErrorDetails, HoldfastError, isHoldfastError } from './base/errors.js';
export type { Events } from './base/events.js';
export { displayName } from './base/file-name.js';
export type { LockHolder } from './base/process-lock.js';
export type { AddLocation } from './config/add-location.js';
export { type DriveLimits, driveFlow, type FlowAnswerer } from './config/flows/drive-flow.js';
export type {
  ConfigFlows,
  FlowSummary,
  FlowView,
  ShownExternal,
  ShownForm,
  ShownMenu,
  ShownMessage,
  ShownProgress,
  ShownStep,
  StartFlow,
} from './config/flows/flow-view.js';
export { valuesAnswerer } from './config/flows/values-answerer.js';
export type { LocationRecord } from './config/location-record.js';
export type { AddedLocation, Locations, UpdatedLocation } from './config/locations.js';
export type { SecretProblem, Secrets, SecretStore } from './config/secrets/secret-store.js';
export type { AskPassphrase } from './config/secrets/open-secret-store.js';
export type { SecretsSetting } from './config/secrets/secrets-wish.js';
export type { Settings } from './config/settings.js';
export type { StoredSettings } from './config/stored-config.js';
export type { Instance } from './config/stored-config.js';
export type { ExportLocations } from './config/transfer/export-locations.js';
export type { ImportedLocation, ImportLocations } from './config/transfer/import-locations.js';
export type { LocationExport } from './config/transfer/location-export.js';
export type { UpdateLocation } from './config/update-location.js';
export type { DiagnosticsBundle, DiagnosedLocation } from './diagnostics.js';
export { createHost, initialiseDataDir } from './host.js';
export type {
  BackupEvent,
  BackupOperation,
  FlowEvent,
  HostEventMap,
  HostEvents,
  IssueEvent,
  LocationEvent,
  ProviderEvent,
} from './host/events.js';
export type { EnabledProvider } from './host/enable-provider.js';
export type { HostOptions } from './host/host-options.js';
export type { Host, Issues } from './host/host.js';
export type { SecretsState } from './host/secret-moves.js';
export {
  type GetService,
  provide,
  type ServiceFactory,
  type ServiceOverride,
  type ServiceToken,
  serviceTokens,
} from './host/service-tokens.js';
export { shortFingerprint } from './keys/fingerprint.js';
export type { KeyStore, StoredKey } from './keys/key-store.js';
export type { SavedKit } from './keys/kit-record.js';
export type { KitRecord } from './keys/kit-record.js';
export { type FieldError, type FlowKind, isProviderError, type Notice, type ProviderLogger, type Usage } from './provider-api/index.js';
export type { ProviderProblem } from './providers/find-providers.js';
export type { InlineProvider } from './providers/inline-provider.js';
export type { PackageInspection } from './providers/install/inspect-package.js';
export type { InstallOptions, InstallProgress, InstallResult, UpdateResult } from './providers/install/install-result.js';
export type { InstalledProvider } from './providers/install/installed-provider.js';
export type { PermissionRequest } from './providers/install/permission-request.js';
export type { Provenance } from './providers/install/provenance.js';
export { createProviderPackages, type ProviderPackages, type ProviderPackagesOptions } from './providers/install/provider-packages.js';
export type { FoundPackage } from './providers/install/search-packages.js';
export type { LocationLimits } from './providers/location-limits.js';
export type { Permissions } from './providers/permissions.js';
export type { ProviderType } from './providers/provider-package.js';
export type { ProviderRegistry } from './providers/registry.js';
export type { RuntimeState, RuntimeStatus } from './providers/runtime-status.js';
