// Who may import whom. Inside the core, a folder imports only from the floors below it.
const floors = [
  ['provider-api', '^packages/core/src/provider-api/'],
  ['base', '^packages/core/src/base/'],
  ['archive', '^packages/core/src/archive/'],
  ['keys', '^packages/core/src/keys/'],
  ['providers', '^packages/core/src/providers/'],
  ['config', '^packages/core/src/config/'],
  ['backups', '^packages/core/src/backups/'],
  ['host', '^packages/core/src/(host/|(host|index|diagnostics)\\.ts$)'],
];
/** What the build takes into the packages' own files. */
const bundled =
  '^node_modules/(@aws-sdk|commander|croner|env-paths|ignore|picocolors|reflect-metadata|semver|tsyringe)/|^packages/object-storage/';
const test = '\\.(test|fixture)\\.ts$';

/** One rule for each floor: nothing above it may be imported. */
const floorRules = floors.slice(0, -1).map(([name, path], index) => ({
  name: `floor-${name}`,
  comment: `${name}/ imports from a floor above it: move what both need down, or pass it in.`,
  severity: 'error',
  from: { path },
  to: { path: floors.slice(index + 1).map(([, above]) => above) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...floorRules,
    {
      name: 'known-floors',
      comment: 'A file of the core lies on no floor: put it into one, or add the floor here and to docs/architecture.md.',
      severity: 'error',
      from: {},
      to: { path: '^packages/core/src/', pathNot: [...floors.map(([, path]) => path), '\\.fixture\\.ts$'] },
    },
    {
      name: 'provider-api-imports-nothing',
      comment: 'provider-api/ is the contract that authors compile against: it stands alone.',
      severity: 'error',
      from: { path: floors[0][1], pathNot: test },
      to: { pathNot: floors[0][1] },
    },
    {
      name: 'core-knows-no-other-package',
      comment: 'The core imports neither a provider nor the command line: providers are found through their manifests at run time.',
      severity: 'error',
      from: { path: '^packages/core/' },
      to: { path: ['^packages/(?!core/)', '^@holdfast/provider-'] },
    },
    {
      name: 'providers-see-provider-api-only',
      comment:
        'A provider package, and what providers share, imports from the core only @holdfast/core/provider-api, and from no other package of this ' +
        'repository but object-storage, which is built into it.',
      severity: 'error',
      from: { path: '^packages/(provider-(?!kit)[^/]+|object-storage)/', pathNot: test },
      to: {
        path: '^packages/',
        pathNot: [
          '^packages/$1/',
          '^packages/core/(src|dist)/provider-api/index\\.(d\\.)?[jt]s$',
          '^packages/object-storage/(src|dist)/index\\.(d\\.)?[jt]s$',
        ],
      },
    },
    {
      name: 'provider-tests-see-public-entries',
      comment: 'Tests of providers also use the kit and the test servers, by their public entries.',
      severity: 'error',
      from: { path: '^packages/(provider-(?!kit)[^/]+|object-storage)/.*' + test },
      to: {
        path: '^packages/',
        pathNot: ['^packages/$1/', '^packages/(core/(src|dist)/provider-api|[^/]+/(src|dist))/(index|vitest)\\.(d\\.)?[jt]s$'],
      },
    },
    {
      name: 'kit-sees-core-only',
      comment: 'The kit works for any provider: it imports none, and from the core only its public entries.',
      severity: 'error',
      from: { path: '^packages/provider-kit/', pathNot: test },
      to: {
        path: ['^packages/', '^@holdfast/provider-'],
        pathNot: ['^packages/provider-kit/', '^packages/core/(src|dist)/(provider-api/)?index\\.(d\\.)?[jt]s$'],
      },
    },
    {
      name: 'test-servers-stand-alone',
      comment: 'A server that shares code with its clients shares their faults.',
      severity: 'error',
      from: { path: '^packages/test-servers/' },
      to: { path: '^packages/', pathNot: '^packages/test-servers/' },
    },
    {
      name: 'cli-sees-core-only',
      comment: 'The command line imports no provider, and from the core and the kit only their public entries.',
      severity: 'error',
      from: { path: '^packages/cli/' },
      to: {
        path: ['^packages/', '^@holdfast/provider-'],
        pathNot: ['^packages/cli/', '^packages/(core|provider-kit)/(src|dist)/index\\.(d\\.)?[jt]s$'],
      },
    },
    {
      name: 'examples-see-public-entries',
      comment: 'Examples and end-to-end tests use packages as their users do; tests may share fixtures.',
      severity: 'error',
      from: { path: '^(examples|e2e)/' },
      to: {
        path: '^packages/[^/]+/(src|dist)/',
        pathNot:
          '^packages/core/(src|dist)/(provider-api/)?index\\.(d\\.)?[jt]s$|^packages/(provider-kit|test-servers)/(src|dist)/(index|vitest)\\.|\\.fixture\\.ts$',
      },
    },
    {
      name: 'no-test-in-source',
      comment: 'Source imports a test or a fixture of tests: it would be missing in the published package.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: test },
      to: { path: [test, '^e2e/'] },
    },
    {
      name: 'no-dev-dependency-in-source',
      comment: 'Source imports a package that its users do not get, and that is not among those that scripts/build-package.mjs bundles.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: test },
      to: { pathNot: bundled, dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm', 'npm-peer'] },
    },
    {
      name: 'no-cycles',
      comment: 'Files that import each other in a circle can not be understood or loaded one by one.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'resolves', comment: 'An import that leads nowhere.', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    tsConfig: { fileName: 'tsconfig.json' },
    // Types count as well: a floor that knows the types of the one above it is not below it.
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'node', 'default'] },
  },
};
