import { afterAll, beforeAll, expect, it } from 'vitest';

import { Project } from '../../server/check/project.ts';
import { PROBLEM_SEVERITIES } from '../../server/policy/result.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';

const FILES: Readonly<Record<string, string>> = {
  'agent.proto': `syntax = "proto3";
package agent;
import "common/types.proto";
service Agent {
  rpc Start(StartRequest) returns (types.Status);
}
message StartRequest {
  types.Storage storage = 1;
  types.Mode mode = 2;
  Local local = 3;
  map<string, types.Storage> volumes = 4;
}
message Local {
  string id = 1;
}
`,
  'common/types.proto': `syntax = "proto3";
package types;
import "google/protobuf/any.proto";
message Storage {
  string driver = 1;
  Inner inner = 2;
  message Inner {
    string id = 1;
  }
}
message Status {
  google.protobuf.Any detail = 1;
}
message Sto {
  string other = 1;
}
message Stored {
  string id = 1;
}
enum Mode {
  MODE_UNKNOWN = 0;
}
`,
  'common/more.proto': `syntax = "proto3";
package types;
message St {
  string name = 1;
}
`,
  'user.proto': `syntax = "proto3";
package user;
import "agent.proto";
import "common/types.proto";
import "common/more.proto";
message Use {
  agent.StartRequest request = 1;
  types.Sto sto = 2;
  types.St st = 3;
}
`,
};

interface Rename {
  readonly file: string;
  /** `|` is before the word. */
  readonly at: string;
  readonly from: string;
  readonly to: string;
  /** Each error after a pause, as its file and kind or rule. */
  readonly errors: readonly string[];
}

const RENAMES: Readonly<Record<string, Rename>> = {
  'a message that another file uses': {
    file: 'common/types.proto',
    at: 'message |Storage',
    from: 'Storage',
    to: 'Volume',
    errors: ['agent.proto undeclared-type', 'agent.proto undeclared-type'],
  },
  'a nested message': {
    file: 'common/types.proto',
    at: 'message |Inner',
    from: 'Inner',
    to: 'Part',
    errors: ['common/types.proto undeclared-type'],
  },
  'a message that may be in an Any': {
    file: 'common/types.proto',
    at: 'message |Stored',
    from: 'Stored',
    to: 'Kept',
    errors: ['common/types.proto message-renamed'],
  },
  'an enum that another file uses': {
    file: 'common/types.proto',
    at: 'enum |Mode',
    from: 'Mode',
    to: 'Speed',
    errors: ['agent.proto undeclared-type'],
  },
  'a message of the same file': {
    file: 'agent.proto',
    at: 'message |Local',
    from: 'Local',
    to: 'Own',
    errors: ['agent.proto undeclared-type'],
  },
  'the type of a field': {
    file: 'agent.proto',
    at: '|Local local',
    from: 'Local',
    to: 'types.Status',
    errors: ['agent.proto field-type-changed'],
  },
  'an unknown type for a field': {
    file: 'agent.proto',
    at: '|Local local',
    from: 'Local',
    to: 'Loc',
    errors: ['agent.proto undeclared-type'],
  },
  'the type of a map value': {
    file: 'agent.proto',
    at: 'map<string, |types.Storage>',
    from: 'types.Storage',
    to: 'types.Sto',
    errors: ['agent.proto field-type-changed'],
  },
  'the response of a method': {
    file: 'agent.proto',
    at: 'returns (|types.Status)',
    from: 'types.Status',
    to: 'types.Sto',
    errors: ['agent.proto method-response-changed'],
  },
  'a package': {
    file: 'common/types.proto',
    at: 'package |types;',
    from: 'types',
    to: 'kinds.v1',
    errors: [
      'agent.proto undeclared-type',
      'agent.proto undeclared-type',
      'agent.proto undeclared-type',
      'agent.proto undeclared-type',
      'common/types.proto package-changed',
      'user.proto undeclared-type',
    ],
  },
  'a package with a service': {
    file: 'agent.proto',
    at: 'package |agent;',
    from: 'agent',
    to: 'guest',
    errors: ['agent.proto package-changed', 'user.proto undeclared-type'],
  },
  'an import': {
    file: 'agent.proto',
    at: 'import "|common/types.proto"',
    from: 'common/types.proto',
    to: 'common/kinds.proto',
    errors: ['agent.proto missing-import'],
  },
};

let repository: TestRepository;
beforeAll(() => {
  repository = makeRepository();
  repository.commit(FILES);
  repository.tag('1.0.0');
});
afterAll(() => {
  repository.remove();
});

/** The texts while somebody deletes a word letter by letter and types another one. */
function* keystrokes({ file, at, from, to }: Rename): Generator<string> {
  const released = FILES[file] ?? '';
  const start = released.indexOf(at.replace('|', '')) + at.indexOf('|');
  const [before, after] = [released.slice(0, start), released.slice(start + from.length)];
  for (let length = from.length - 1; length > 0; length--) yield before + from.slice(0, length) + after;
  for (let length = 0; length <= to.length; length++) yield before + to.slice(0, length) + after;
}

async function errorsIn(project: Project): Promise<string[]> {
  const { problems, findings } = await project.check();
  return [
    ...problems
      .filter(({ kind }) => PROBLEM_SEVERITIES[kind] === 'error' && kind !== 'syntax')
      .map(({ file, kind }) => `${file} ${kind}`),
    ...findings.filter(({ severity }) => severity === 'error').map(({ file, rule }) => `${file} ${rule}`),
  ].sort();
}

it.each(
  Object.entries(RENAMES).flatMap(([name, rename]) => [
    [name, 'open', rename] as const,
    [name, 'closed', rename] as const,
  ]),
)('no error before a pause while the name of %s is typed, with the other files %s', async (_, others, rename) => {
  const project = await Project.open(repository.directory);
  try {
    for (const [file, text] of Object.entries(FILES))
      if (file === rename.file || others === 'open') project.openText(file, text);
    expect(await errorsIn(project)).toEqual([]);
    const flashes: string[] = [];
    for (const text of keystrokes(rename)) {
      project.openText(rename.file, text);
      flashes.push(
        ...(await errorsIn(project)).map(
          (error) => `${error} ${text.split('\n').find((line) => !FILES[rename.file]?.includes(line)) ?? ''}`,
        ),
      );
    }
    expect(flashes).toEqual([]);
    expect(project.completeWords()).toBe(true);
    expect(await errorsIn(project)).toEqual(rename.errors);
  } finally {
    project.close();
  }
});

it.each([
  ['several letters between two checks', ['message Storag', 'message Stora', 'message Stor']],
  ['a letter that replaces the selected name', ['message V', 'message Vo']],
] as const)('no error before a pause after %s', async (_, typed) => {
  const project = await Project.open(repository.directory);
  try {
    const file = 'common/types.proto';
    const released = FILES[file] ?? '';
    project.openText(file, released);
    expect(await errorsIn(project)).toEqual([]);
    for (const text of typed) project.openText(file, released.replace('message Storage', text));
    expect(await errorsIn(project)).toEqual([]);
    expect(project.completeWords()).toBe(true);
    expect(await errorsIn(project)).toEqual(['agent.proto undeclared-type', 'agent.proto undeclared-type']);
  } finally {
    project.close();
  }
});

const MODE = 'enum Mode {';
const STORAGE = `message Storage {
  string driver = 1;
}
`;

it.each([
  ['a new message', 'common/types.proto', MODE, `message | {\n  int32 size = 9;\n}\n${MODE}`, 'Stock'],
  ['a new message without a body', 'common/types.proto', MODE, `message |\n${MODE}`, 'Stock'],
  ['a new enum', 'common/types.proto', 'message Sto {', 'enum | {\n  NONE = 0;\n}\nmessage Sto {', 'Stock'],
  [
    'a new nested message',
    'common/types.proto',
    '  message Inner {',
    '  message | {\n  int32 size = 1;\n  }\n  message Inner {',
    'Inners',
  ],
  ['a copied message', 'common/types.proto', MODE, `${STORAGE.replace('Storage', '|Storage')}${MODE}`, 'Stock'],
] as const)(
  'no error before a pause while %s gets a name that begins with those of others',
  async (_, file, old, inserted, name) => {
    const project = await Project.open(repository.directory);
    try {
      for (const [path, text] of Object.entries(FILES)) project.openText(path, text);
      await project.check();
      const text = FILES[file]?.replace(old, inserted.replace('|', '')) ?? '';
      project.openText(file, text);
      await project.check();
      const start = text.indexOf(inserted.replace('|', '')) + inserted.indexOf('|');
      const copied = /^\w*/.exec(text.slice(start))?.[0] ?? '';
      const words = [
        ...Array.from(copied, (_letter, deleted) => copied.slice(0, copied.length - 1 - deleted)).filter(Boolean),
        ...Array.from(name, (_letter, at) => name.slice(0, at + 1)),
      ];
      const flashes: string[] = [];
      for (const word of words) {
        project.openText(file, text.slice(0, start) + word + text.slice(start + copied.length));
        flashes.push(...(await errorsIn(project)));
      }
      expect(flashes).toEqual([]);
      expect(project.completeWords()).toBe(true);
      expect(await errorsIn(project)).toEqual([]);
    } finally {
      project.close();
    }
  },
);
