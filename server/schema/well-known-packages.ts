/** Compilers bring their own copy of these files. */
export const PROTOC_PACKAGE = 'google.protobuf';

/** Only compilers and code generators read the messages of these packages. */
const OPTION_PACKAGES: readonly string[] = [
  'gogoproto',
  'validate',
  'buf.validate',
  'grpc.gateway.protoc_gen_openapiv2',
  'grpc.gateway.protoc_gen_swagger',
  'cosmos_proto',
  'amino',
  'udpa.annotations',
  'xds.annotations',
];

/** Repositories often contain copies of these packages and of the packages inside them. */
const WELL_KNOWN: readonly string[] = [PROTOC_PACKAGE, 'google', ...OPTION_PACKAGES];

/** The well-known package that is or contains the given package. */
export function wellKnownPackage(packageName: string): string | undefined {
  return WELL_KNOWN.find((each) => isWithin(packageName, each));
}

/** Takes the full name of a message. */
export function isOfOptions(fullName: string): boolean {
  return DESCRIPTOR_OPTIONS.test(fullName) || OPTION_PACKAGES.some((each) => isWithin(fullName, each));
}

const DESCRIPTOR_OPTIONS =
  /^google\.protobuf\.(?:(?:File|Message|Field|Oneof|ExtensionRange|Enum|EnumValue|Service|Method)Options|FeatureSet)$/;

function isWithin(name: string, packageName: string): boolean {
  return name === packageName || name.startsWith(`${packageName}.`);
}
