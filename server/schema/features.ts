import type { Edition } from '../proto/edition.ts';
import type { OptionValue } from '../proto/tree.ts';
import type { Options } from './model.ts';

/** Only features that affect the encodings. */
export interface Features {
  readonly field_presence: 'EXPLICIT' | 'IMPLICIT' | 'LEGACY_REQUIRED';
  readonly enum_type: 'OPEN' | 'CLOSED';
  readonly repeated_field_encoding: 'PACKED' | 'EXPANDED';
  readonly utf8_validation: 'VERIFY' | 'NONE';
  readonly message_encoding: 'LENGTH_PREFIXED' | 'DELIMITED';
  readonly json_format: 'ALLOW' | 'LEGACY_BEST_EFFORT';
}

/** https://protobuf.dev/editions/features/ */
export function defaultFeatures(edition: Edition): Features {
  return DEFAULTS[edition];
}

/** Not for proto2 and proto3, which have no `features` option. */
export function overrideFeatures(inherited: Features, options: Options): Features {
  let features = inherited;
  for (const [name, option] of options) {
    if (name.startsWith('features.')) features = withFeature(features, name.slice('features.'.length), option.value);
  }
  return features;
}

const EDITION_2023: Features = {
  field_presence: 'EXPLICIT',
  enum_type: 'OPEN',
  repeated_field_encoding: 'PACKED',
  utf8_validation: 'VERIFY',
  message_encoding: 'LENGTH_PREFIXED',
  json_format: 'ALLOW',
};

const DEFAULTS: Readonly<Record<Edition, Features>> = {
  proto2: {
    field_presence: 'EXPLICIT',
    enum_type: 'CLOSED',
    repeated_field_encoding: 'EXPANDED',
    utf8_validation: 'NONE',
    message_encoding: 'LENGTH_PREFIXED',
    json_format: 'LEGACY_BEST_EFFORT',
  },
  proto3: { ...EDITION_2023, field_presence: 'IMPLICIT' },
  '2023': EDITION_2023,
  // The new features of edition 2024 do not affect the encodings.
  '2024': EDITION_2023,
};

/** Ignores invalid values and other features. */
function withFeature(features: Features, name: string, value: OptionValue): Features {
  if (value.kind !== 'identifier') return features;
  const text = value.text;
  switch (name) {
    case 'field_presence':
      return text === 'EXPLICIT' || text === 'IMPLICIT' || text === 'LEGACY_REQUIRED'
        ? { ...features, field_presence: text }
        : features;
    case 'enum_type':
      return text === 'OPEN' || text === 'CLOSED' ? { ...features, enum_type: text } : features;
    case 'repeated_field_encoding':
      return text === 'PACKED' || text === 'EXPANDED' ? { ...features, repeated_field_encoding: text } : features;
    case 'utf8_validation':
      return text === 'VERIFY' || text === 'NONE' ? { ...features, utf8_validation: text } : features;
    case 'message_encoding':
      return text === 'LENGTH_PREFIXED' || text === 'DELIMITED' ? { ...features, message_encoding: text } : features;
    case 'json_format':
      return text === 'ALLOW' || text === 'LEGACY_BEST_EFFORT' ? { ...features, json_format: text } : features;
    default:
      return features;
  }
}
