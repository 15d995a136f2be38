/** @param {readonly number[]} values at least one */
export function median(values) {
  return percentile(values, 50);
}

/**
 * Linear between the two nearest values.
 * @param {readonly number[]} values at least one
 * @param {number} percent
 */
export function percentile(values, percent) {
  if (values.length === 0) throw new Error('A percentile needs at least one value.');
  const sorted = [...values].sort((one, other) => one - other);
  const at = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/**
 * 1 if twice the size costs twice as much, less if a fixed cost dominates.
 * @param {readonly { size: number, cost: number }[]} points
 */
export function exponent(points) {
  const logs = points.map(({ size, cost }) => ({ x: Math.log(size), y: Math.log(cost) }));
  const mean = (/** @type {number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(logs.map((point) => point.x));
  const y = mean(logs.map((point) => point.y));
  const products = logs.map((point) => (point.x - x) * (point.y - y));
  const squares = logs.map((point) => (point.x - x) ** 2);
  return mean(products) / mean(squares);
}
