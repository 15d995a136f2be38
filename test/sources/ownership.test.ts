import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import { Ownership } from '../../server/sources/ownership.ts';

type Given = { files?: string[]; named?: string[]; submodules?: string[]; packages?: Record<string, string> };

function own(paths: readonly string[], { files, named, submodules, packages = {} }: Given = {}): string[] {
  const ownership = new Ownership(
    { files: files ?? DEFAULT_SETTINGS.files },
    paths.map((path) => ({ path, package: packages[path] ?? 'k' })),
    { named, submodules: submodules ?? [] },
  );
  return paths.filter((path) => ownership.isOwn(path));
}

describe('files in folders for vendored files', () => {
  it.each([
    'vendor/x/a.proto',
    'src/vendor/a.proto',
    'node_modules/x/a.proto',
    'third_party/a.proto',
    'Godeps/_workspace/src/a.proto',
    'external/a.proto',
    'x/testdata/a.proto',
    'x/testdata_previous/a.proto',
    'common-protos/a.proto',
  ])('are not own: %s', (path) => {
    expect(own(['own.proto', path])).toEqual(['own.proto']);
  });

  it('are own if the user names them or a folder above them', () => {
    expect(own(['own.proto', 'vendor/a.proto'], { named: ['vendor/a.proto'] })).toContain('vendor/a.proto');
    expect(own(['own.proto', 'vendor/a.proto'], { named: ['vendor/'] })).toContain('vendor/a.proto');
  });

  it('are own if a glob in `files` contains the name of their folder', () => {
    const paths = ['own.proto', 'third_party/a.proto', 'vendor/b.proto'];
    expect(own(paths, { files: ['**/*.proto', 'third_party/**'] })).toEqual(['own.proto', 'third_party/a.proto']);
  });

  it('are recognised only by the whole name of a folder', () => {
    expect(own(['vendors/a.proto', 'my-vendor/a.proto', 'vendor.proto'])).toHaveLength(3);
  });
});

describe('tests and examples', () => {
  it('are not own beside other files', () => {
    expect(own(['api/a.proto', 'tests/b.proto', 'api/examples/c.proto', 'fixtures/d.proto'])).toEqual(['api/a.proto']);
  });

  it.each([
    'protovalidate-testing',
    'grpc_testing',
    'storagetesting',
    'bufbuild.test',
    'smoke_test',
    'my-examples',
    'test_proto',
    'examplepb',
    'Documentation',
  ])('are recognised by the last word of a folder: %s', (folder) => {
    expect(own(['api/a.proto', `x/${folder}/y/b.proto`])).toEqual(['api/a.proto']);
  });

  it.each(['test_result', 'attestations', 'latest', 'testbed', 'example_service', 'latestpb'])(
    'are not recognised by another word: %s',
    (folder) => {
      expect(own(['api/a.proto', `${folder}/b.proto`])).toHaveLength(2);
    },
  );

  it('are own if there are no other files', () => {
    expect(own(['examples/a.proto', 'tests/b.proto'])).toEqual(['examples/a.proto', 'tests/b.proto']);
    expect(own(['examples/a.proto', 'vendor/b.proto'])).toEqual(['examples/a.proto']);
  });
});

describe('well-known packages', () => {
  const packages = { 'proto/google/rpc/status.proto': 'google.rpc', 'x/gogo.proto': 'gogoproto', 'a.proto': 'googly' };

  it('are not own in any folder', () => {
    const paths = [...Object.keys(packages), 'b.proto', 'c.proto'];
    expect(own(paths, { packages })).toEqual(['a.proto', 'b.proto', 'c.proto']);
  });

  it('are own if a glob in `files` contains the last word of the package, or the name of the file', () => {
    const paths = ['b.proto', 'proto/google/rpc/status.proto', 'x/gogo.proto'];
    const files = (glob: string): string[] => own(paths, { packages, files: ['b.proto', '**/x/*', glob] });
    expect(files('proto/**')).toEqual(['b.proto']);
    expect(files('proto/google/**')).toEqual(['b.proto', 'proto/google/rpc/status.proto']);
    expect(files('x/gogo.proto')).toEqual(['b.proto', 'x/gogo.proto']);
  });

  it('are own in repositories that have little else', () => {
    const google = {
      'google/rpc/a.proto': 'google.rpc',
      'google/api/b.proto': 'google.api',
      'grafeas/c.proto': 'grafeas',
    };
    expect(own(Object.keys(google), { packages: google })).toHaveLength(3);
  });

  it('are own in repositories that have nothing but tests of them', () => {
    const tests = { 'test/v1/a.proto': 'google.api.expr.test', 'test/v1/b.proto': 'google.api.expr.test' };
    expect(own(Object.keys(tests), { packages: tests })).toHaveLength(2);
  });
});

it('files of google.protobuf are not own, even if there are few others', () => {
  const shipped = {
    'protobuf/google/protobuf/any.proto': 'google.protobuf',
    'protobuf/google/protobuf/descriptor.proto': 'google.protobuf',
    'gogoproto/gogo.proto': 'gogoproto',
    'a.proto': 'k',
  };
  expect(own(Object.keys(shipped), { packages: shipped })).toEqual(['a.proto']);
});

it('the files of a submodule are not own, unless they are named', () => {
  const paths = ['own.proto', 'deps/api/a.proto'];
  expect(own(paths, { submodules: ['deps/api'] })).toEqual(['own.proto']);
  expect(own(paths, { submodules: ['deps/api'], named: ['deps/api'] })).toEqual(paths);
  expect(own(paths, { submodules: ['deps/api'], files: ['**/*.proto', 'deps/api/**'] })).toEqual(paths);
});

it('says why a file is left out', () => {
  const ownership = new Ownership(
    { files: ['**/*.proto', '!lab/**'] },
    [
      { path: 'a.proto', package: 'k' },
      { path: 'g/b.proto', package: 'google.api' },
    ],
    { configuration: 'proto-compat.json', submodules: ['sub'] },
  );
  expect(
    ['lab/x.proto', 'vendor/x.proto', 'g/b.proto', 'sub/x.proto', 'a.proto'].map((each) => ownership.whyLeftOut(each)),
  ).toEqual([
    { by: 'files', name: undefined, configuration: 'proto-compat.json' },
    { by: 'folder', name: 'vendor', configuration: undefined },
    { by: 'package', name: 'google', configuration: undefined },
    { by: 'submodule', name: 'sub', configuration: undefined },
    undefined,
  ]);
});
