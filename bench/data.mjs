/** Makes the same files and histories in every run. */

const NOUNS = [
  'Container',
  'Process',
  'Sandbox',
  'Interface',
  'Route',
  'Volume',
  'Mount',
  'Device',
  'Policy',
  'Metric',
  'Image',
  'Event',
];
const VERBS = [
  'Create',
  'Start',
  'Stop',
  'Remove',
  'Update',
  'List',
  'Wait',
  'Signal',
  'Stat',
  'Pause',
  'Resume',
  'Copy',
];
const TYPES = [
  'string',
  'uint32',
  'int64',
  'bool',
  'bytes',
  'uint64',
  'double',
  'sint32',
  'repeated string',
  'map<string, string>',
];

/**
 * A protocol as large as a container agent's: four files, about 1,300 lines, 43 methods in release 0.
 * @param {number} release from 0. Each later one has a field of its own, and every fourth adds a method
 * @returns {Map<string, string>} texts by path
 */
export function agentProtocol(release = 0) {
  const methods = Array.from(
    { length: 42 + Math.floor(release / 4) },
    (_, at) => `${VERBS[at % 12]}${NOUNS[Math.floor(at / 12) % 12]}${at < 144 ? '' : at}`,
  );
  const service = methods.map((name) => `  rpc ${name}(${name}Request) returns (${name}Response);`).join('\n');
  const messages = methods
    .map((name, at) => `${requestOf(name, at, release)}\n${message(`${name}Response`, at + 3, 2)}`)
    .join('\n');
  return new Map([
    [
      'protocols/agent.proto',
      `syntax = "proto3";\n\npackage bench.agent;\n\nimport "types.proto";\nimport "spec.proto";\n\nservice AgentService {\n${service}\n}\n\n${messages}`,
    ],
    ['protocols/types.proto', `syntax = "proto3";\n\npackage bench.types;\n\n${many('Type', 20, 4)}`],
    ['protocols/spec.proto', `syntax = "proto3";\n\npackage bench.spec;\n\n${many('Spec', 42, 5)}`],
    [
      'protocols/health.proto',
      `syntax = "proto3";\n\npackage bench.health;\n\nservice Health {\n  rpc Check(CheckRequest) returns (CheckResponse);\n}\n\n${many('Check', 0, 0)}message CheckRequest {\n  string service = 1;\n}\n\nmessage CheckResponse {\n  bool serving = 1;\n}\n`,
    ],
  ]);
}

/**
 * @param {string} name
 * @param {number} at
 * @param {number} release
 */
function requestOf(name, at, release) {
  const added = release > 0 && at === release % 42 ? `  string added_in_${release} = ${100 + release};\n` : '';
  return `message ${name}Request {\n${fields(at, 5)}  bench.types.Type${at % 20} detail = 20;\n  repeated bench.spec.Spec${at % 42} specs = 21;\n${added}}\n`;
}

/** @param {number} lines about how many */
export function largeFile(lines) {
  const count = Math.round(lines / 11);
  const methods = Array.from(
    { length: Math.ceil(count / 20) },
    (_, at) => `  rpc Call${at}(Large${at * 20}) returns (Large${at * 20 + 1});`,
  ).join('\n');
  return `syntax = "proto3";\n\npackage bench.large;\n\nservice LargeService {\n${methods}\n}\n\n${many('Large', count, 6)}`;
}

export const MANY = 8000;
/** All files together have 70 MB. */
const MESSAGES_OF_EACH = 5;

/**
 * File 0 has types that all others use. Each folder has a service.
 * @param {number} at from 0
 * @param {boolean} isChanged whether a file other than file 0 has a breaking edit
 * @returns {[path: string, text: string]}
 */
export function oneOfMany(at, isChanged = false) {
  if (at === 0) {
    return ['shared/types.proto', `syntax = "proto3";\n\npackage bench.shared;\n\n${many('Shared', 50, 6)}`];
  }
  const folder = Math.floor(at / 10);
  const path = `part${folder}/file${at}.proto`;
  const header = `syntax = "proto3";\n\npackage bench.part${folder};\n\n`;
  const shared = 'import "shared/types.proto";\n\n';
  const name = `File${at}Type`;
  const body = documented(many(name, MESSAGES_OF_EACH, 6, isChanged ? 1 : 0));
  const use = `\nmessage File${at}Use {\n  bench.shared.Shared${at % 50} shared = 1;\n}\n`;
  if (at % 10 !== 9) return [path, `${header}${shared}${body}${use}`];
  const sibling = at - 1;
  const service = `service Service${folder} {\n  rpc Get(File${sibling}Type0) returns (${name}0);\n}\n\n`;
  return [path, `${header}import "part${folder}/file${sibling}.proto";\n${shared}${service}${body}${use}`];
}

/** @param {string} text */
function documented(text) {
  const remark =
    '  // Optional. What this says about the step, and when it may be left out. A service that does not know the value ignores it,\n' +
    '  // and a client that wants to be sure asks again and compares what it gets with what it sent.\n';
  return text.replace(/^ {2}\S.*;$/gm, (field) => `${remark}${field}`);
}

export function manyFiles() {
  return new Map(Array.from({ length: MANY }, (_, at) => oneOfMany(at)));
}

/**
 * @param {string} name
 * @param {number} count
 * @param {number} width scalar fields in each message
 * @param {number} shift added to the numbers of the first message's fields
 */
function many(name, count, width, shift = 0) {
  return Array.from({ length: count }, (_, at) =>
    message(`${name}${at}`, at, width, at === 0 ? shift : 0, at > 0 ? `${name}${at - 1}` : undefined),
  ).join('\n');
}

/**
 * @param {string} name
 * @param {number} seed
 * @param {number} width
 * @param {number} shift
 * @param {string} [used] the type of one more field
 */
function message(name, seed, width, shift = 0, used) {
  const nested = used === undefined ? '' : `  ${used} previous = ${width + 1 + shift};\n`;
  return `// ${name} says what one step of the work needs.\nmessage ${name} {\n${fields(seed, width, shift)}${nested}}\n`;
}

/**
 * @param {number} seed
 * @param {number} width
 * @param {number} shift
 */
function fields(seed, width, shift = 0) {
  return Array.from(
    { length: width },
    (_, at) => `  ${TYPES[(seed + at) % TYPES.length]} value_${at}_of_${seed % 7} = ${at + 1 + shift};\n`,
  ).join('');
}

/**
 * @param {number} count
 * @returns {Map<string, string>} texts by path, 12 KB each
 */
export function otherFiles(count) {
  const line = (/** @type {number} */ at) => `line ${at} of a source file, ${(at * 2_654_435_761) % 4_294_967_296}\n`;
  const text = (/** @type {number} */ file) => Array.from({ length: 300 }, (_, at) => line(file * 300 + at)).join('');
  const files = Array.from(
    { length: count },
    (_, at) => /** @type {const} */ ([`vendor/part${at % 90}/source${at}.go`, text(at)]),
  );
  return new Map(files);
}

/**
 * Makes input for `git fast-import`. Every commit changes a document. Commits at equal distances also write the files of a release,
 * with a tag.
 * @param {{ commits: number, tags: number, files: (release: number) => Map<string, string>, others?: Map<string, string> }} wanted
 *   the first commit adds the `others`
 */
export function* history({ commits, tags, files, others = new Map() }) {
  const every = Math.floor(commits / tags);
  let release = 0;
  for (let at = 0; at < commits; at++) {
    const changed = new Map([
      [`docs/part${at % 20}/note${at % 400}.txt`, `Change ${at} has its reasons.\n`.repeat(20)],
    ]);
    if (at === 0) for (const [path, text] of others) changed.set(path, text);
    if (at % every === 0) {
      for (const [path, text] of files(release)) changed.set(path, text);
      changed.set('VERSION', `1.${release}.0\n`);
    }
    yield `commit refs/heads/main\nmark :${at + 1}\ncommitter Bench <bench@example.invalid> ${1_500_000_000 + at * 60} +0000\n${data(`Change ${at}`)}`;
    for (const [path, text] of changed) yield `M 100644 inline ${path}\n${data(text)}`;
    if (at % every === 0 && release < tags) {
      yield `reset refs/tags/1.${release}.0\nfrom :${at + 1}\n\n`;
      release++;
    }
  }
}

/**
 * Makes input for `git fast-import`, with merged topic branches and two modules. Minor releases are on the trunk, patch releases on
 * stable branches.
 * @param {{ commits: number, minors: number, patches: number, files: (release: number) => Map<string, string> }} wanted
 */
export function* branchedHistory({ commits, minors, patches, files }) {
  const every = Math.floor(commits / minors);
  const gap = Math.floor(every / 2);
  let mark = 0;
  let trunk = 0;
  let release = 0;
  /** @type {{ minor: number, tip: number, patch: number, due: number }[]} */
  const lines = [];
  /**
   * @param {string} branch
   * @param {readonly number[]} parents
   * @param {Map<string, string>} changed
   */
  function* commit(branch, parents, changed) {
    mark++;
    yield `commit refs/heads/${branch}\nmark :${mark}\ncommitter Bench <bench@example.invalid> ${1_500_000_000 + mark * 60} +0000\n${data(`Change ${mark}`)}`;
    for (const [at, parent] of parents.entries()) yield `${at === 0 ? 'from' : 'merge'} :${parent}\n`;
    for (const [path, text] of changed) yield `M 100644 inline ${path}\n${data(text)}`;
    yield '\n';
  }
  /** @param {string} version */
  function* tags(version) {
    for (const prefix of ['', 'api/']) yield `reset refs/tags/${prefix}v${version}\nfrom :${mark}\n\n`;
  }
  const note = () =>
    new Map([[`docs/part${mark % 20}/note${mark % 400}.txt`, `Change ${mark} has its reasons.\n`.repeat(20)]]);
  while (mark < commits) {
    if (release < minors && mark >= release * every) {
      yield* commit('main', trunk === 0 ? [] : [trunk], files(release));
      trunk = mark;
      yield* tags(`1.${release}.0`);
      lines.push({ minor: release, tip: mark, patch: 0, due: mark + gap });
      release++;
    }
    for (const line of lines) {
      if (line.patch === patches || mark < line.due) continue;
      line.patch++;
      // Every second patch release is a backport, so it changes the protocol.
      yield* commit(`stable-1.${line.minor}`, [line.tip], line.patch % 2 === 0 ? files(line.minor + 1) : note());
      line.tip = mark;
      line.due = mark + gap;
      yield* tags(`1.${line.minor}.${line.patch}`);
    }
    const fork = trunk;
    yield* commit('main', [trunk], note());
    trunk = mark;
    if (mark % 3 !== 0) continue;
    yield* commit('topic', [fork], note());
    yield* commit('main', [trunk, mark], note());
    trunk = mark;
  }
}

/** @param {string} text */
function data(text) {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
