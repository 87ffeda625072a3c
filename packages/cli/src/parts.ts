// What `npm start` of the repository uses of the command line. Its users get nothing from here.
export { exitCodeOf, renderError, reportOf } from './output/error-report.js';
export { problemLines } from './output/outcome.js';
export { formatBytes, formatCount, formatDuration, formatShare } from './output/quantities.js';
export { safeText } from './output/safe-text.js';
export { createTerminal } from './output/terminal.js';
export { listenForCancellation } from './run/cancellation.js';
export { bundledProviders, providerFolders } from './settings/provider-folders.js';
