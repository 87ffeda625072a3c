export type { ArchiveNote } from './archive/archive-note.js';
export { idOfBackupKey } from './backups/backup-name.js';
export { type BackupReader, type Backups, createFileReader } from './backups/backups.js';
export type { Difference, DifferenceKind } from './backups/browse/compare-entries.js';
export type { DiffOptions, DiffTarget } from './backups/browse/diff-backup.js';
export type { ListFilesOptions } from './backups/browse/list-files.js';
export type { BackupPage, ListBackupsOptions } from './backups/catalogue.js';
export type { LagLimits } from './backups/copies/own-pace.js';
export type { SendCopyOptions, SentCopy } from './backups/copies/sent-copy.js';
export type { CreateBackupOptions, CreateBackupResult, LocationOutcome } from './backups/create-backup.js';
export type { Finding } from './backups/doctor.js';
export type { DownloadedBackup } from './backups/download-backup.js';
export { type BackupFiles, createBackupFiles } from './backups/file/backup-files.js';
export type { ConvertFileOptions, EncryptFileOptions } from './backups/file/convert-file.js';
export type { BackupFileInfo, BackupFileMember } from './backups/file/describe-file.js';
export { outputPaths, type WrittenFile } from './backups/file/output-file.js';
export type { Issue } from './backups/issues/issue.js';
export type { IssueSubject } from './backups/issues/raised-issue.js';
export type { IssueCode } from './backups/issues/catalogue.js';
export type { FixKind, IssueFix } from './backups/issues/fix.js';
export type { IssueSeverity } from './backups/issues/issue-entry.js';
export { type Hook, type Job, type JobLocation, placesOf } from './backups/jobs/job.js';
export type { JobHooks, JobMoment } from './backups/jobs/job-hooks.js';
export type { JobRun, RunLocation, RunSource, RunState, RunTrigger } from './backups/jobs/job-run.js';
export type { JobChanges, Jobs, NewJob, RunJobOptions } from './backups/jobs/job-store.js';
export type { Journal } from './backups/journal.js';
export type { AddedKey, GivenKey } from './backups/key-use-add.js';
export type { KeyUse, KeyUseAt, KeyUses } from './backups/key-use.js';
export type { KitCheck, OpenedCopy, UnopenedCopy, WantedCopy } from './backups/kit-check.js';
export type { KitProof, Kits, KitState } from './backups/kits.js';
export type { BackupRef, ReadOptions } from './backups/open-backup.js';
export type { OnProgress, Phase, Progress } from './backups/progress.js';
export type { RekeyedBackup, RekeyOptions, RekeyOutcome } from './backups/rekey.js';
export type { ContentEntry, ReplacedSource, RestoreProblem, RestoreResult } from './backups/restore/restore-result.js';
export type { KeptRestore, Restores } from './backups/restore/replace/kept-restores.js';
export { createFolderRestores, type RestoresOptions } from './backups/restore/replace/late-restores.js';
export type { ContentsOptions, RestoreOptions } from './backups/restore/restore-options.js';
export { parseRetentionRules, type RetentionRules } from './backups/retention/rules.js';
export type { RunPlan } from './backups/schedule/plan-run.js';
export { parseSchedule, type Schedule } from './backups/schedule/schedule.js';
export type { DropReason, KeepReason, OutsideReason } from './backups/retention/plan-retention.js';
export type {
  LocationRetention,
  RetainedCopy,
  Retention,
  RetentionOptions,
  RetentionPlanOptions,
  RetentionReport,
} from './backups/retention/retention.js';
export type { RetentionLogEntry } from './backups/retention/retention-log.js';
export type { SimulatedCopy, SimulatedDeletion, Simulation } from './backups/retention/simulate-retention.js';
export type { SealAlarm } from './backups/seal/alarms.js';
export type { SealState } from './backups/seal/check-seal.js';
export type { SealLog } from './backups/seal/seal-log.js';
export type { SourceProblem } from './backups/sources/read-source.js';
export { type SourcePreset, type SourceSpec, sourceFromPath } from './backups/sources/source.js';
export type { BackupCopy, BackupDetails, BackupSummary, Failure, SourceDetails } from './backups/summary.js';
export type {
  CheckedCopy,
  DrilledFile,
  DrillOptions,
  DrillReport,
  VerificationOptions,
  VerificationReport,
  Verifications,
  VerificationStatus,
} from './backups/verification/verification.js';
export type { VerificationRun } from './backups/verification/verified-log.js';
export type { VerifiedHow } from './backups/verification/verified-copy.js';
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
  KeyEvent,
  LocationEvent,
  ProviderEvent,
  RunEvent,
} from './host/events.js';
export type { EnabledProvider } from './host/enable-provider.js';
export type { CheckUp, CheckUpOptions } from './host/check-up.js';
export type { HostOptions } from './host/host-options.js';
export type { DeliveryReport } from './host/notifications/delivery-report.js';
export type {
  CommandTarget,
  DeliveryState,
  EmailTarget,
  NewNotification,
  Notification,
  NotificationChanges,
  NotificationSecrets,
  NotificationStatus,
  NotificationTarget,
  PingTarget,
  TargetSettings,
  Topics,
  WebhookTarget,
} from './host/notifications/notification.js';
export type { Notifications } from './host/notifications/notifications.js';
export type { Host, Issues } from './host/host.js';
export type { SecretsState } from './host/secret-moves.js';
export type { HostStatusOptions, StatusHost } from './host/service/host-status.js';
export { createService, hostStatus, readServiceReport } from './host/service/lazy-service.js';
export type { LocationStatus } from './host/service/location-status.js';
export type { Service, ServiceOptions } from './host/service/service.js';
export type { ServiceReport } from './host/service/service-alive.js';
export type { ServiceHost, ServiceJobs } from './host/service/service-host.js';
export { type LogLevel, logLevels, type ServiceEntry, type ServiceLog } from './host/service/service-log.js';
export type { ServiceState, ServiceTask, ServiceWork } from './host/service/service-state.js';
export type { ServiceTime } from './host/service/service-time.js';
export type { HostStatus, JobStatus, StatusProblem } from './host/service/status.js';
export type { HostKeys } from './host/telling-keys.js';
export {
  type GetService,
  provide,
  type ServiceFactory,
  type ServiceOverride,
  type ServiceToken,
  serviceTokens,
} from './host/service-tokens.js';
export { resemblesFingerprint } from './keys/find-key.js';
export { shortFingerprint } from './keys/fingerprint.js';
export { fittingKey } from './keys/fitting-key.js';
export { openKit } from './keys/open-kit.js';
export type { ReadKit } from './keys/read-kit.js';
export type { ChangedKey, KeyFromElsewhere, KeyStore, StoredKey } from './keys/key-store.js';
export type { KitQuestion } from './keys/kit-proof.js';
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
export { parseByteSize } from './providers/byte-size.js';
export type { LocationLimits } from './providers/location-limits.js';
export type { Permissions } from './providers/permissions.js';
export type { ProviderType } from './providers/provider-package.js';
export type { ProviderRegistry } from './providers/registry.js';
export type { RuntimeState, RuntimeStatus } from './providers/runtime-status.js';
