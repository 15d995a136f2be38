import { REASON } from '../rules/fixes/accept.ts';
import { RULES } from '../rules/index.ts';
import type { FileProblem, Range } from './result.ts';
import { DEFAULT_SETTINGS, type PresetName, SEVERITIES, type Settings } from './settings.ts';
import { readShape, type Shape } from './shape.ts';

export const CONFIGURATION_FILE = 'proto-compat.json';

/**
 * Reads `proto-compat.json`. Never throws: an invalid value is reported, and the previous value or the default is used.
 * @param before the settings of the last text without problems
 * @returns `places` has the range of each object, such as an entry of `accept`, and of each option's value, by the
 * option's name
 */
export function readSettings(
  text: string,
  file: string,
  before?: Settings,
): { settings: Settings; problems: FileProblem[]; places: ReadonlyMap<object | string, Range> } {
  const { value, problems, places } = readShape(text, file, CONFIGURATION, before);
  // `readShape` keeps only what fits CONFIGURATION: `$schema`, and the members of Settings.
  const given = value as Partial<Settings> & { $schema?: string };
  delete given.$schema; // Only editors use it.
  // In a text with problems, an option that seems to be missing may be unreadable.
  const rest = problems.length > 0 && before !== undefined ? before : DEFAULT_SETTINGS;
  return { settings: { ...rest, ...given }, problems, places };
}

const PROMISE: Shape = {
  enum: ['nothing', 'no-regressions', 'no-gaps'],
  enumDescriptions: [
    'This pairing is never deployed.',
    'What worked when both sides were old still works.',
    'New features work too, even if one side is still old.',
  ],
};

export const POLICIES: readonly { readonly name: PresetName; readonly description: string }[] = [
  {
    name: 'semver',
    description: 'What worked still works in both mixed pairings; an addition is a minor version.',
  },
  { name: 'lockstep', description: 'Both sides always ship together; every protocol change is a minor version.' },
  {
    name: 'live-upgrade',
    description:
      'Everything, also what is new, works in both mixed pairings and after a rollback; a change that prevents this is a major version.',
  },
  {
    name: 'server-first',
    description: 'Servers are always upgraded first, so only old clients with new servers matter.',
  },
];

const SEVERITY: Shape = { enum: [...SEVERITIES, 'off'] };

/** Lists every id, so that editors complete ids. */
const RULE_SEVERITIES: Shape = {
  type: 'object',
  properties: Object.fromEntries(RULES.map(({ id, title }) => [id, { description: `${title}.`, ...SEVERITY }])),
  additionalProperties: false,
};

const FULL_NAME = {
  pattern: '^[A-Za-z_]\\w*(\\.[A-Za-z_]\\w*)*$',
  patternErrorMessage: 'a full name such as "kata.agent.State"',
};

function role(description: string) {
  return {
    description: `${description}: its name, or its name and its code.`,
    anyOf: [
      { type: 'string', minLength: 1 },
      {
        type: 'object',
        properties: {
          name: { description: 'Its name.', type: 'string', minLength: 1 },
          code: {
            description: 'Globs of its code, relative to the repository.',
            type: 'array',
            minItems: 1,
            items: { type: 'string', format: 'glob' },
          },
        },
        required: ['name'],
        additionalProperties: false,
      },
    ],
  } as const satisfies Shape;
}

/** The validation, the published schema and the reference page are derived from this. */
const OPTIONS = {
  files: {
    description:
      'Globs, relative to the repository, of the `.proto` files that are checked; `!` in front leaves files out. Third-party code in git submodules, in folders such as `vendor` and in packages such as `google.api` is only checked if a glob contains the name of its folder (such as `vendor` or `google`) or of its file, or if the protocol uses it.',
    type: 'array',
    minItems: 1,
    items: { type: 'string', format: 'glob' },
    examples: [['protocols/**/*.proto', '!protocols/experimental/**']],
  },
  importRoots: {
    description:
      'Folders, relative to the repository, in which imports are looked up, too. The folder of the importing file, the folders above it and the modules in buf.yaml are always searched.',
    type: 'array',
    items: { type: 'string', format: 'relative-path' },
    examples: [['third_party/googleapis']],
  },
  tagPattern: {
    description:
      'A regular expression with a group `version` that says which tags are releases, instead of the built-in rule. The version can have leading zeros, as in 2024.01.05. Each of these tags is a release of the whole repository: only the built-in rule limits `api/v1.8.0` to the folder `api`.',
    type: 'string',
    format: 'tag-pattern',
    examples: ['^release-(?<version>.+)$'],
  },
  includePrereleases: {
    description: 'Whether edits can be compared with a pre-release such as 1.1.0-rc1 even if there are other releases.',
    type: 'boolean',
  },
  policy: {
    description: 'What you promise for mixed versions: a preset, or one promise for each pairing.',
    anyOf: [
      {
        enum: POLICIES.map(({ name }) => name),
        enumDescriptions: POLICIES.map(({ description }) => description),
      },
      {
        type: 'object',
        properties: {
          oldClientNewServer: { description: 'What is promised to an old client with a new server.', ...PROMISE },
          newClientOldServer: { description: 'What is promised to a new client with an old server.', ...PROMISE },
        },
        required: ['oldClientNewServer', 'newClientOldServer'],
        additionalProperties: false,
      },
    ],
  },
  encodings: {
    description: 'The encodings that the promises cover.',
    type: 'array',
    minItems: 1,
    items: {
      enum: ['binary', 'json'],
      enumDescriptions: ['The binary wire format of gRPC and ttrpc.', 'The JSON mapping, as gateways and logs use it.'],
    },
  },
  skew: {
    description:
      'How many minor versions a peer may lag: compare with the newest release of each of the last N minor lines.',
    type: 'integer',
    minimum: 1,
    maximum: 50,
  },
  zeroMajor: {
    description: 'How the version is bumped below 1.0.0.',
    enum: ['shift', 'same'],
    enumDescriptions: [
      'One step lower, as Cargo does: a break is minor, an addition is patch.',
      'The same step as from 1.0.0 on.',
    ],
  },
  stored: {
    description: 'Full names of messages that are stored, so that data written by one version is read by another.',
    type: 'array',
    items: { type: 'string', ...FULL_NAME },
    examples: [['persist.SandboxState']],
  },
  roles: {
    description:
      'The names of the two programs, which findings then use, and where their code is, so that uses of changed elements can be found.',
    type: 'object',
    properties: {
      client: role('The calling program'),
      server: role('The answering program'),
    },
    required: ['client', 'server'],
    additionalProperties: false,
    examples: [
      { client: 'kata-runtime', server: 'kata-agent' },
      {
        client: { name: 'kata-runtime', code: ['src/runtime/**', 'src/runtime-rs/**'] },
        server: { name: 'kata-agent', code: ['src/agent/**'] },
      },
    ],
  },
  versionFile: {
    description:
      'The file, relative to the repository, that declares the next version; by default `VERSION` in the folder of the module, if it contains a version such as 1.2.0.',
    type: 'string',
    format: 'relative-path',
    examples: ['VERSION', 'package.json', 'Cargo.toml'],
  },
  frozenBranches: {
    description: 'Globs of branch names on which any protocol change is an error.',
    type: 'array',
    items: { type: 'string', format: 'glob' },
    examples: [['stable-*']],
  },
  unstable: {
    description:
      'Packages and globs of files that promise nothing and are left out. A pattern of packages matches the whole name (`kata.v1beta1`) or its last part (`v*alpha*`).',
    type: 'array',
    items: { type: 'string', format: 'glob' },
    examples: [['v*alpha*', 'v*beta*', 'experimental/**']],
  },
  rules: {
    description: 'Severities of rules. They do not change the bump, except that `off` hides the finding and its bump.',
    ...RULE_SEVERITIES,
    examples: [{ 'field-renamed': 'warning' }],
  },
  overrides: {
    description:
      'Severities of rules in some files only. The last entry for the file and the rule of a finding takes precedence over `rules`.',
    type: 'array',
    items: {
      type: 'object',
      properties: {
        files: {
          description: 'Globs, relative to the repository.',
          type: 'array',
          items: { type: 'string', format: 'glob' },
        },
        rules: { description: 'Severities of rules in these files.', ...RULE_SEVERITIES },
      },
      required: ['files', 'rules'],
      additionalProperties: false,
    },
    examples: [[{ files: ['internal/**'], rules: { 'field-renamed': 'off' } }]],
  },
  accept: {
    description: 'Intended breaks, each with its reason, valid until the next minor or major release.',
    type: 'array',
    items: {
      type: 'object',
      properties: {
        rule: {
          description: 'The id of the rule.',
          enum: RULES.map(({ id }) => id),
          patternErrorMessage: 'the id of a rule, as findings show it',
        },
        element: { description: 'The full name of the element.', type: 'string', ...FULL_NAME },
        since: {
          description: 'The major and minor version of the baseline for which the break was accepted.',
          type: 'string',
          pattern: '^\\d+\\.\\d+$',
          patternErrorMessage: 'a major and minor version such as "1.0"',
        },
        reason: {
          description: 'Why the break is intended.',
          type: 'string',
          pattern: `^(?!\\s*${REASON}\\s*$)[\\s\\S]*\\S`,
          patternErrorMessage: `the reason, instead of "${REASON}"`,
        },
      },
      required: ['rule', 'element', 'since', 'reason'],
      additionalProperties: false,
    },
    examples: [
      [
        {
          rule: 'field-removed',
          element: 'grpc.Process.sandbox_id',
          since: '1.0',
          reason: 'never set by any shipped runtime',
        },
      ],
    ],
  },
} as const satisfies { readonly [Key in keyof Settings]: Shape };

export const CONFIGURATION: Shape = {
  type: 'object',
  properties: {
    $schema: { description: 'The schema of this file, for editors.', type: 'string' },
    ...Object.fromEntries(
      Object.entries<Shape>(OPTIONS).map(([key, shape]) => {
        // `satisfies` checks the keys, but Object.entries loses their type.
        const value = DEFAULT_SETTINGS[key as keyof Settings];
        return [key, value === undefined ? shape : { ...shape, default: value }];
      }),
    ),
  },
  additionalProperties: false,
};
