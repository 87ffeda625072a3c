import 'reflect-metadata';
import { join } from 'node:path';
import { container, instanceCachingFactory, type InjectionToken } from 'tsyringe';
import { type Backups, createBackups } from './backups/backups.js';
import { examine, type Finding } from './backups/doctor.js';
import { backupError } from './backups/errors.js';
import { createKits, type Kits } from './backups/kits.js';
import { openJournal } from './backups/journal.js';
import type { BackupServices } from './backups/services.js';
