import { describe, expect, test } from 'vitest';
import { PathIndex, resolveImport } from '../../server/schema/imports.ts';

const PATHS = new PathIndex([
  'agent.proto',
  'pkg/types/types.proto',
  'protocols/grpc/agent.proto',
  'protocols/grpc/oci.proto',
  'protocols/other.proto',
  'api/v1/api.proto',
  'api/v1/common/types.proto',
  'modules/b/acme/b.proto',
  'modules/c/acme/b.proto',
  'vendor/github.com/gogo/protobuf/gogoproto/gogo.proto',
  'third_party/google/protobuf/any.proto',
  'third_party/google/api/http.proto',
  'etcd/api/mvccpb/kv.proto',
  'x/deep/validate/validate.proto',
  'x/validate/validate.proto',
]);
const ROOTS = ['modules/c', './modules/b/'];

describe('an import of', () => {
  test.each([
    // from the importing file's directory upwards
    ['oci.proto', 'protocols/grpc/agent.proto', 'protocols/grpc/oci.proto'],
    ['grpc/oci.proto', 'protocols/grpc/agent.proto', 'protocols/grpc/oci.proto'],
    ['other.proto', 'protocols/grpc/agent.proto', 'protocols/other.proto'],
    ['v1/common/types.proto', 'api/v1/api.proto', 'api/v1/common/types.proto'],
    ['agent.proto', 'protocols/grpc/oci.proto', 'protocols/grpc/agent.proto'],
    ['acme/b.proto', 'modules/b/a.proto', 'modules/b/acme/b.proto'],
    // never the importing file itself
    ['agent.proto', 'protocols/grpc/agent.proto', 'agent.proto'],
    // the repository's root, then the configured roots in their order
    ['pkg/types/types.proto', 'protocols/grpc/agent.proto', 'pkg/types/types.proto'],
    ['acme/b.proto', 'agent.proto', 'modules/c/acme/b.proto'],
    // an import that ends with the whole path of a file
    ['github.com/kata-containers/agent/pkg/types/types.proto', 'protocols/grpc/agent.proto', 'pkg/types/types.proto'],
    ['github.com/kata-containers/agent/protocols/grpc/oci.proto', 'agent.proto', 'protocols/grpc/oci.proto'],
    ['go.etcd.io/etcd/api/mvccpb/kv.proto', 'agent.proto', 'etcd/api/mvccpb/kv.proto'],
    ['company/etcd/api/mvccpb/kv.proto', 'agent.proto', 'etcd/api/mvccpb/kv.proto'],
    ['github.com/acme/agent.proto', 'api/v1/api.proto', 'agent.proto'],
    // a file path that ends with the import
    [
      'github.com/gogo/protobuf/gogoproto/gogo.proto',
      'agent.proto',
      'vendor/github.com/gogo/protobuf/gogoproto/gogo.proto',
    ],
    ['google/api/http.proto', 'agent.proto', 'third_party/google/api/http.proto'],
    // paths with a common end and different beginnings
    [
      'github.com/gogo/protobuf/v2/gogoproto/gogo.proto',
      'agent.proto',
      'vendor/github.com/gogo/protobuf/gogoproto/gogo.proto',
    ],
    // the nearest of several, otherwise the shortest
    ['validate/validate.proto', 'agent.proto', 'x/validate/validate.proto'],
    ['validate/validate.proto', 'x/deep/other/y.proto', 'x/deep/validate/validate.proto'],
  ])('%s in %s resolves to %s', (path, importer, expected) => {
    expect(resolveImport(path, importer, PATHS, ROOTS)).toBe(expected);
  });
});

test.each([
  ['gone.proto', 'agent.proto'],
  ['company/agent.proto', 'api/v1/api.proto'],
  ['company/grpc/oci.proto', 'agent.proto'],
  ['github.com/acme/oci.proto', 'agent.proto'],
  ['google/protobuf/any.proto', 'agent.proto'],
  ['', 'agent.proto'],
])('an import of %j in %s does not resolve', (path, importer) => {
  expect(resolveImport(path, importer, PATHS, ROOTS)).toBeUndefined();
});
