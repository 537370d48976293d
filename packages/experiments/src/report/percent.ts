/** A share in percent, without the digits that binary fractions add: `57`, not `56.99999999999999`. */
export function percent(share: number): number {
  return Number((share * 100).toPrecision(12));
}
