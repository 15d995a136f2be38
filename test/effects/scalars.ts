import type { Scalar } from '../../server/schema/model.ts';

export { SCALARS } from '../../server/schema/model.ts';

/*
 * The limits in https://protobuf.dev/programming-guides/proto3/#scalar, repeated because a proof must not use the constants of the code
 * under test.
 */

const SIGNED_32 = [-(2n ** 31n), 2n ** 31n - 1n] as const;
const UNSIGNED_32 = [0n, 2n ** 32n - 1n] as const;
const SIGNED_64 = [-(2n ** 63n), 2n ** 63n - 1n] as const;
const UNSIGNED_64 = [0n, 2n ** 64n - 1n] as const;

export const LIMITS: Readonly<Partial<Record<Scalar, readonly [least: bigint, most: bigint]>>> = {
  bool: [0n, 1n],
  int32: SIGNED_32,
  sint32: SIGNED_32,
  sfixed32: SIGNED_32,
  uint32: UNSIGNED_32,
  fixed32: UNSIGNED_32,
  int64: SIGNED_64,
  sint64: SIGNED_64,
  sfixed64: SIGNED_64,
  uint64: UNSIGNED_64,
  fixed64: UNSIGNED_64,
};

export function isWithin(value: bigint, [least, most]: readonly [bigint, bigint]): boolean {
  return value >= least && value <= most;
}
