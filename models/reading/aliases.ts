import { describeConfig, fieldError } from './fields.js';

/**
 * A config with every field under one name: of those that transformers takes by two names, as its `attribute_map` says, the
 * second of each pair.
 *
 * @throws GeodesicError `config.field` where a config gives both names different values
 */
export function withoutAliases(
  type: string,
  config: Readonly<Record<string, unknown>>,
  aliases: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = { ...config };
  for (const [alias, name] of Object.entries(aliases)) {
    const value = config[alias];
    delete result[alias];
    if (value === undefined || value === null) continue;
    const other = config[name] ?? value;
    if (other !== value) {
      const problem = `${String(value)}, but '${name}', another name of it, is ${String(other)}`;
      throw fieldError(describeConfig(type), alias, problem);
    }
    result[name] = value;
  }
  return result;
}
