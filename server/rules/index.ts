import elementDeprecated from './catalogue/element-deprecated.ts';
import enumAdded from './catalogue/enum-added.ts';
import enumDefaultChanged from './catalogue/enum-default-changed.ts';
import enumMoved from './catalogue/enum-moved.ts';
import enumOpennessChanged from './catalogue/enum-openness-changed.ts';
import enumRemoved from './catalogue/enum-removed.ts';
import enumRenamed from './catalogue/enum-renamed.ts';
import enumValueAdded from './catalogue/enum-value-added.ts';
import enumValueNumberReused from './catalogue/enum-value-number-reused.ts';
import enumValueRemoved from './catalogue/enum-value-removed.ts';
import enumValueRenamed from './catalogue/enum-value-renamed.ts';
import enumValueRenumbered from './catalogue/enum-value-renumbered.ts';
import extensionAdded from './catalogue/extension-added.ts';
import extensionRangeRemoved from './catalogue/extension-range-removed.ts';
import extensionRemoved from './catalogue/extension-removed.ts';
import fieldAdded from './catalogue/field-added.ts';
import fieldCardinalityChanged from './catalogue/field-cardinality-changed.ts';
import fieldDefaultChanged from './catalogue/field-default-changed.ts';
import fieldEncodingChanged from './catalogue/field-encoding-changed.ts';
import fieldJsonNameChanged from './catalogue/field-json-name-changed.ts';
import fieldNumberReused from './catalogue/field-number-reused.ts';
import fieldOneofChanged from './catalogue/field-oneof-changed.ts';
import fieldPresenceChanged from './catalogue/field-presence-changed.ts';
import fieldRemoved from './catalogue/field-removed.ts';
import fieldRenamed from './catalogue/field-renamed.ts';
import fieldRenumbered from './catalogue/field-renumbered.ts';
import fieldRequiredAdded from './catalogue/field-required-added.ts';
import fieldRequiredRemoved from './catalogue/field-required-removed.ts';
import fieldSourceOptionChanged from './catalogue/field-source-option-changed.ts';
import fieldTypeChanged from './catalogue/field-type-changed.ts';
import fieldTypeNarrowed from './catalogue/field-type-narrowed.ts';
import fieldTypeRenamed from './catalogue/field-type-renamed.ts';
import fieldTypeWidened from './catalogue/field-type-widened.ts';
import fieldUtf8ValidationChanged from './catalogue/field-utf8-validation-changed.ts';
import fileImportRemoved from './catalogue/file-import-removed.ts';
import fileOptionChanged from './catalogue/file-option-changed.ts';
import fileRemoved from './catalogue/file-removed.ts';
import fileRenamed from './catalogue/file-renamed.ts';
import frozenBranchChanged from './catalogue/frozen-branch-changed.ts';
import httpBindingChanged from './catalogue/http-binding-changed.ts';
import messageAdded from './catalogue/message-added.ts';
import messageMoved from './catalogue/message-moved.ts';
import messageRemoved from './catalogue/message-removed.ts';
import messageRenamed from './catalogue/message-renamed.ts';
import methodAdded from './catalogue/method-added.ts';
import methodIdempotencyChanged from './catalogue/method-idempotency-changed.ts';
import methodRemoved from './catalogue/method-removed.ts';
import methodRenamed from './catalogue/method-renamed.ts';
import methodRequestChanged from './catalogue/method-request-changed.ts';
import methodResponseChanged from './catalogue/method-response-changed.ts';
import methodStreamingChanged from './catalogue/method-streaming-changed.ts';
import oneofAdded from './catalogue/oneof-added.ts';
import oneofRemoved from './catalogue/oneof-removed.ts';
import oneofRenamed from './catalogue/oneof-renamed.ts';
import packageChanged from './catalogue/package-changed.ts';
import reservationRemoved from './catalogue/reservation-removed.ts';
import reservationViolated from './catalogue/reservation-violated.ts';
import serviceAdded from './catalogue/service-added.ts';
import serviceRemoved from './catalogue/service-removed.ts';
import serviceRenamed from './catalogue/service-renamed.ts';
import typeOptionChanged from './catalogue/type-option-changed.ts';
import typeVisibilityChanged from './catalogue/type-visibility-changed.ts';
import versionTooLow from './catalogue/version-too-low.ts';
import type { Rule, RuleInfo, SubjectKind } from './rule.ts';

/** In the order of docs/rules.md. */
const CHECKED: readonly Rule[] = [
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
];

/** Rules do not know versions and branches, so the policy reports the last two. */
export const RULES: readonly RuleInfo[] = [...CHECKED, versionTooLow, frozenBranchChanged];

export function rulesOn<K extends SubjectKind>(kind: K): readonly Rule<K>[] {
  return CHECKED.filter((rule): rule is Rule<K> => [rule.on].flat().includes(kind));
}
