const EDITIONS = ['proto2', 'proto3', '2023', '2024'] as const;
export type Edition = (typeof EDITIONS)[number];

export function knownEdition(name: string): Edition | undefined {
  return EDITIONS.find((edition) => edition === name);
}
