/** Breaking steps, described by hand. */
export const EXAMPLES: readonly {
  readonly repository: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
}[] = [
  {
    repository: 'kata-containers/kata-containers',
    from: '2.0.4',
    to: '2.1.0',
    text: 'A list of flags was inserted into the seccomp profile, at the number of the list of system calls. A new agent reads an old runtime’s system calls as flags, without an error.',
  },
  {
    repository: 'meshtastic/protobufs',
    from: 'v2.5.8',
    to: 'v2.5.9',
    text: 'A patch release inserted a version at number 1 of the stored display settings and renumbered eight fields. The old brightness is read as the version, and the old timeout as the brightness.',
  },
  {
    repository: 'qdrant/qdrant',
    from: 'v1.11.0',
    to: 'v1.11.1',
    text: 'In a patch release, a new flag took the number of the shard id in a call between nodes. During a rolling upgrade, a shard number is read as “exact”, and a timeout as the shard.',
  },
  {
    repository: 'milvus-io/milvus-proto',
    from: 'v2.4.15',
    to: 'v2.4.16',
    text: 'In a patch release, the field with the type of a value was removed, and the numbers of the next five fields moved down by one. A new server reads an old client’s boolean as an integer, and ignores its integers.',
  },
  {
    repository: 'argoproj/argo-cd',
    from: 'v1.7.10',
    to: 'v1.8.0',
    text: 'A log entry got a required field. New clients reject every entry from an old server.',
  },
  {
    repository: 'dapr/dapr',
    from: 'v1.8.5',
    to: 'v1.9.0',
    text: 'The key of a configuration item was removed, and the numbers of value, version and metadata moved down by one. One side’s value is the other side’s version.',
  },
  {
    repository: 'kata-containers/agent',
    from: '1.5.2',
    to: '1.6.0',
    text: 'Two methods that add and remove a network interface were removed in a minor release. An old runtime that calls them gets an error.',
  },
  {
    repository: 'openbao/openbao',
    from: 'v2.5.5',
    to: 'v2.6.0',
    text: 'A file and its service moved to another package. All messages are the same, but the package is part of a call’s path, so both mixed pairings fail.',
  },
  {
    repository: 'temporalio/api',
    from: 'v1.32.1',
    to: 'v1.33.0',
    text: 'An endpoint was inserted before the fields of several commands and events, and their numbers moved up by one. The first fields are all strings, so a stored service is read as an endpoint, without an error.',
  },
  {
    repository: 'esphome/esphome',
    from: 'v1.19.3',
    to: 'v1.19.4',
    text: 'A patch release inserted “none” at number 0 of the climate presets and reordered the others. An old client’s “away” means “home” to a new device.',
  },
];

/** Causes of the wrong verdicts of the first run, all fixed. */
export const KINDS_OF_ERRORS: readonly string[] = [
  'Test data and test messages counted as part of the protocol, because their folders are called `testdata_previous`, `protovalidate-testing` or `test_proto` (10 steps). Now, a name that starts with `testdata_` or ends with a word for tests is enough, and a suffix such as `_proto` is ignored.',
  'An HTTP path was reported as lost although another method still serves it (1 step).',
  'A message that was renamed together with some of its fields was taken for another message, so the field with its type was reported as a reused number (1 step).',
  'A field got a new type whose members have the same numbers and types. This was reported as a break because the members have other names (1 step).',
];
