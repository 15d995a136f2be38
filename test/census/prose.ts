/** Ten steps of the census that show what breaks, in our own words. A test looks each of them up among the steps. */
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
    text: 'A list of flags was put in the middle of the seccomp profile, at the number that the list of system calls had. An old runtime’s system calls are read by a new agent as flags, and nothing fails.',
  },
  {
    repository: 'meshtastic/protobufs',
    from: 'v2.5.8',
    to: 'v2.5.9',
    text: 'A patch release put a version at number 1 of the stored settings of the display, and moved eight fields on. The old brightness is read as the version, and the old timeout as the brightness.',
  },
  {
    repository: 'qdrant/qdrant',
    from: 'v1.11.0',
    to: 'v1.11.1',
    text: 'In a patch release a new flag took the number of the shard’s id in a call between nodes: during a rolling upgrade a shard number is read as “exact”, and a timeout as the shard.',
  },
  {
    repository: 'milvus-io/milvus-proto',
    from: 'v2.4.15',
    to: 'v2.4.16',
    text: 'In a patch release the field that said which type a value has was removed, and the five fields behind it moved down by one. An old client’s boolean is an integer to a new server, and its integers are ignored.',
  },
  {
    repository: 'argoproj/argo-cd',
    from: 'v1.7.10',
    to: 'v1.8.0',
    text: 'A log entry got a required field. New clients refuse every entry that a server of the release before sends.',
  },
  {
    repository: 'dapr/dapr',
    from: 'v1.8.5',
    to: 'v1.9.0',
    text: 'The key of a configuration item was removed, and value, version and metadata moved down by one. A value of the one side is the version of the other one.',
  },
  {
    repository: 'kata-containers/agent',
    from: '1.5.2',
    to: '1.6.0',
    text: 'Two calls to add and remove a network interface were removed in a minor release. An old runtime that calls them gets an error.',
  },
  {
    repository: 'openbao/openbao',
    from: 'v2.5.5',
    to: 'v2.6.0',
    text: 'A file and its service moved to a package of their own. All messages are the same, but the package is part of a call’s path: neither of the mixed pairings works.',
  },
  {
    repository: 'temporalio/api',
    from: 'v1.32.1',
    to: 'v1.33.0',
    text: 'An endpoint was put in front of the fields of several commands and events, and everything behind it moved up by one. The first ones are all strings, so a stored service is read as an endpoint, without an error.',
  },
  {
    repository: 'esphome/esphome',
    from: 'v1.19.3',
    to: 'v1.19.4',
    text: 'A patch release put “none” at number 0 of the climate presets and sorted the others anew: “away” of an old client means “home” to a new device.',
  },
];

/** What was wrong in verdicts of the first run, and is fixed. */
export const KINDS_OF_ERRORS: readonly string[] = [
  'Test data and test messages were taken for the protocol, where their folder was called `testdata_previous`, `protovalidate-testing` or `test_proto` (10 steps). Folders are known by their last word now.',
  'An HTTP address was called lost although another method goes on serving it (1 step).',
  'A message that was renamed together with some of its fields was taken for another one, so that the field which holds it was a reused number (1 step).',
];
