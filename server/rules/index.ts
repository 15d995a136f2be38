import elementDeprecated from './element-deprecated.ts';
import enumAdded from './enum-added.ts';
import enumDefaultChanged from './enum-default-changed.ts';
import enumMoved from './enum-moved.ts';
import enumOpennessChanged from './enum-openness-changed.ts';
import enumRemoved from './enum-removed.ts';
import enumRenamed from './enum-renamed.ts';
import enumValueAdded from './enum-value-added.ts';
import enumValueNumberReused from './enum-value-number-reused.ts';
import enumValueRemoved from './enum-value-removed.ts';
import enumValueRenamed from './enum-value-renamed.ts';
import enumValueRenumbered from './enum-value-renumbered.ts';
import extensionAdded from './extension-added.ts';
import extensionRangeRemoved from './extension-range-removed.ts';
import extensionRemoved from './extension-removed.ts';
import fieldAdded from './field-added.ts';
import fieldCardinalityChanged from './field-cardinality-changed.ts';
import fieldDefaultChanged from './field-default-changed.ts';
import fieldEncodingChanged from './field-encoding-changed.ts';
import fieldJsonNameChanged from './field-json-name-changed.ts';
import fieldNumberReused from './field-number-reused.ts';
import fieldOneofChanged from './field-oneof-changed.ts';
import fieldPresenceChanged from './field-presence-changed.ts';
import fieldRemoved from './field-removed.ts';
import fieldRenamed from './field-renamed.ts';
import fieldRenumbered from './field-renumbered.ts';
import fieldRequiredAdded from './field-required-added.ts';
import fieldRequiredRemoved from './field-required-removed.ts';
import fieldSourceOptionChanged from './field-source-option-changed.ts';
import fieldTypeChanged from './field-type-changed.ts';
import fieldTypeNarrowed from './field-type-narrowed.ts';
import fieldTypeRenamed from './field-type-renamed.ts';
import fieldTypeWidened from './field-type-widened.ts';
import fieldUtf8ValidationChanged from './field-utf8-validation-changed.ts';
import fileImportRemoved from './file-import-removed.ts';
import fileOptionChanged from './file-option-changed.ts';
import fileRemoved from './file-removed.ts';
import fileRenamed from './file-renamed.ts';
import frozenBranchChanged from './frozen-branch-changed.ts';
import httpBindingChanged from './http-binding-changed.ts';
import messageAdded from './message-added.ts';
import messageMoved from './message-moved.ts';
import messageRemoved from './message-removed.ts';
import messageRenamed from './message-renamed.ts';
import methodAdded from './method-added.ts';
import methodIdempotencyChanged from './method-idempotency-changed.ts';
import methodRemoved from './method-removed.ts';
import methodRenamed from './method-renamed.ts';
import methodRequestChanged from './method-request-changed.ts';
import methodResponseChanged from './method-response-changed.ts';
import methodStreamingChanged from './method-streaming-changed.ts';
import oneofAdded from './oneof-added.ts';
import oneofRemoved from './oneof-removed.ts';
import oneofRenamed from './oneof-renamed.ts';
import packageChanged from './package-changed.ts';
import reservationRemoved from './reservation-removed.ts';
import reservationViolated from './reservation-violated.ts';
import serviceAdded from './service-added.ts';
import serviceRemoved from './service-removed.ts';
import serviceRenamed from './service-renamed.ts';
import typeOptionChanged from './type-option-changed.ts';
import typeVisibilityChanged from './type-visibility-changed.ts';
import versionTooLow from './version-too-low.ts';
import type { Rule, RuleInfo, SubjectKind } from './rule.ts';

/** Rules that look at pairs, in the order of the catalogue. */
const CHECKED = [
  fileRemoved,
  fileRenamed,
  fileImportRemoved,
  packageChanged,
  messageAdded,
  messageRemoved,
  messageRenamed,
  messageMoved,
  fieldAdded,
  fieldRemoved,
  fieldRenumbered,
  fieldRenamed,
  fieldNumberReused,
  fieldTypeChanged,
  fieldTypeWidened,
  fieldTypeNarrowed,
  fieldTypeRenamed,
  fieldCardinalityChanged,
  fieldPresenceChanged,
  fieldRequiredAdded,
  fieldRequiredRemoved,
  fieldOneofChanged,
  fieldDefaultChanged,
  fieldJsonNameChanged,
  fieldEncodingChanged,
  fieldUtf8ValidationChanged,
  fieldSourceOptionChanged,
  reservationRemoved,
  reservationViolated,
  extensionRangeRemoved,
  extensionAdded,
  extensionRemoved,
  oneofAdded,
  oneofRemoved,
  oneofRenamed,
  enumAdded,
  enumRemoved,
  enumRenamed,
  enumMoved,
  enumValueAdded,
  enumValueNumberReused,
  enumValueRemoved,
  enumValueRenamed,
  enumValueRenumbered,
  enumDefaultChanged,
  enumOpennessChanged,
  serviceAdded,
  serviceRemoved,
  serviceRenamed,
  methodAdded,
  methodRemoved,
  methodRenamed,
  methodRequestChanged,
  methodResponseChanged,
  methodStreamingChanged,
  methodIdempotencyChanged,
  httpBindingChanged,
  typeOptionChanged,
  typeVisibilityChanged,
  elementDeprecated,
  fileOptionChanged,
] as const;

/** The whole catalogue. The last ones are found by the policy, which knows versions and branches. */
export const RULES: readonly RuleInfo[] = [...CHECKED, versionTooLow, frozenBranchChanged];

/** The rules that look at one kind of subject. */
export function rulesOn<K extends SubjectKind>(kind: K): readonly Rule<K>[] {
  // A rule on several kinds takes pairs of each of them; that `on` says which is what this filter is for.
  return CHECKED.filter((rule) => [rule.on].flat().includes(kind)) as unknown as readonly Rule<K>[];
}
