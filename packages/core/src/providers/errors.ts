import { type ErrorEntry, errorsOf } from '../base/errors.js';

export const providerErrorCatalogue = {
  'provider-folder-missing': {
    message: 'The provider folder {folder} can not be read: {reason}.',
    remedy: 'Correct the path, or create the folder and put provider packages into it.',
  },
  'manifest-invalid': {
    message: 'The manifest of {subject} is not valid. {problems}',
    remedy: 'Install another version of the package, or tell its author. The manifest is the "holdfast" part of its package.json.',
  },
  'provider-incompatible': {
    message: 'Provider package {subject} works with Holdfast {range}, and this is Holdfast {host}.',
    remedy: 'Install a version of the package that fits, or another version of Holdfast.',
  },
  'duplicate-provider': {
    message: 'Provider package {subject} in {folder} contributes the type "{type}", which {other} contributes already.',
    remedy: 'Remove one of the two packages.',
  },
  'unknown-provider': {
    message: 'There is no provider type "{type}".{suggestion}',
    remedy: 'Installed types: {known}. Install the package that contributes the type, or correct its name.',
  },
  'provider-entry-missing': {
    message: 'Provider package {subject} can not be started: its main module {entry} is not there.',
    remedy: 'Install the package again. In a checkout of its source, build it first.',
  },
  'provider-import-failed': {
    message: 'Provider package {subject} can not be loaded: {reason}',
    remedy: 'Install the package again with its dependencies. If that does not help, tell its author.',
  },
  'provider-activation-failed': {
    message: 'Provider package {subject} failed while it was started: {reason}',
    remedy: 'Look into the log, and tell the author of the package. Another version of it may work.',
  },
  'provider-broken': {
    message: 'Provider package {subject} does not keep to the provider contract: {reason}.',
    remedy: 'Tell the author of the package. Another version of it may work.',
  },
  'provider-disabled': {
    message: 'The provider package {subject}, which contributes the type "{type}", is disabled.',
    remedy: 'Enable it: holdfast provider enable {name}',
  },
  'provider-not-installed': {
    message: 'The provider package "{name}" is not installed.{suggestion}',
    remedy: 'See which are: holdfast provider list. Install it: holdfast provider install {name}',
  },
  'provider-not-found': {
    message: 'There is no package {spec}: {reason}.',
    remedy: 'Check its name and version, for example with `holdfast provider search`, and which registry your npm configuration names.',
  },
  'package-spec-invalid': {
    message: 'Provider packages can not be installed from "{spec}": {reason}.',
    remedy: 'Name a package (NAME, NAME@VERSION, NAME@TAG), a tarball (a path or an https address that ends with .tgz) or a folder.',
  },
  'registry-unreachable': {
    message: 'The npm registry {registry} can not be reached: {reason}.',
    remedy: 'Check the network, the proxy and the registry in your npm configuration. What is installed goes on working without it.',
  },
  'registry-refused': {
    message: 'The npm registry {registry} refused the request for {spec}: {reason}.',
    remedy: 'Log in with `npm login`, or correct the token in your npm configuration.',
  },
  'package-tampered': {
    message: 'What was downloaded of {subject} is not what was published: {reason}.',
    remedy: 'Nothing was installed. Do not trust the registry or the way to it until you know who changed the package; tell its author.',
  },
  'provenance-invalid': {
    message: 'The proof of where {subject} comes from is not valid: {reason}.',
    remedy: 'Nothing was installed. Tell the author of the package; another version of it may be right.',
  },
  'core-bundled': {
    message: 'Provider package {subject} brings a copy of @holdfast/core along ({where}).',
    remedy: 'Tell its author: @holdfast/core belongs into devDependencies and peerDependencies alone.',
  },
  'permissions-not-granted': {
    message: 'Provider package {subject} may not be used without permission. It asks for: {permissions}.{provenance}',
    remedy: 'Allow it when you are asked, or with --accept-permissions where nobody can be asked. What was installed before stays in use.',
  },
  'install-busy': {
    message: 'Another process is changing the provider packages of this data directory (process {pid}, since {since}: {purpose}).',
    remedy: 'Wait until it is done.',
  },
  'install-failed': {
    message: 'Provider package {subject} can not be installed: {reason}.',
    remedy: 'What was installed before is still in use. Try again; if that does not help, tell the author of the package.',
  },
  'location-uses-provider': {
    message: 'The provider package {name} is in use by: {locations}.',
    remedy: 'Remove these locations first (their backups stay where they are), or remove the package all the same with --force.',
  },
  'package-damaged': {
    message: 'The files of provider package {subject} are not those that were installed: {what}.',
    remedy: 'Install it again: holdfast provider install {again}',
  },
  'no-previous-version': {
    message: 'There is no earlier version of the provider package {name} to go back to.',
    remedy: 'Install the version that you want: holdfast provider install {name}@VERSION',
  },
  'version-not-installed': {
    message: 'Version {version} of the provider package {name} is not installed.',
    remedy: 'Install it first: holdfast provider install {name}@{version}',
  },
  'provider-fell-back': {
    message: 'Provider package {subject} can not be started, so version {previous} is in use again: {reason}',
    remedy: 'Try again: the call was made for the newer version, whose settings differ.',
  },
  'provider-lock-damaged': {
    message: 'The list of the installed provider packages, {file}, can not be used: {reason}.',
    remedy: 'Put back a copy of it; if there is none, move it away and install the packages again. Locations and backups are not affected.',
  },
} as const satisfies Record<string, ErrorEntry>;

export const providerError = errorsOf(providerErrorCatalogue);
