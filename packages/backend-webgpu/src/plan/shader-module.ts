import type { Components, Kernel } from '../kernels/kernel.js';

/** A binding of a kernel's module. */
export interface ModuleBinding {
  readonly name: string;
  readonly components: Components;
  readonly type: 'f32' | 'i32';
  readonly access: 'read' | 'read_write';
}

/** The bindings of a kernel in order: its inputs, then its results. The uniforms follow them. */
export function moduleBindings(
  { inputs, results, resultComponents = 1, words = [] }: Kernel,
  dtypes: readonly string[],
): ModuleBinding[] {
  const read = Object.entries(inputs).map(([name, components], i) => ({
    ...{ name, components },
    type: dtypes[i] === 'int32' ? ('i32' as const) : ('f32' as const),
    access: 'read' as const,
  }));
  const written = Object.entries(results ?? { result: resultComponents }).map(([name, components]) => ({
    ...{ name, components },
    type: words.includes(name) ? ('i32' as const) : ('f32' as const),
    access: 'read_write' as const,
  }));
  return [...read, ...written];
}

/** The WGSL of a kernel outside tfjs, with what kernels expect of tfjs' prelude. */
export function shaderModule(kernel: Kernel, bindings: readonly ModuleBinding[]): string {
  const fields = Object.entries(kernel.uniforms).map(([name, type]) => `${name} : ${type},`);
  const index = `i32((workgroup.y * workgroups.x + workgroup.x) * ${kernel.workgroupSize} + invocation)`;
  // What the compiler can't see: that all invocations of a workgroup go the same way, since what they decide by is the workgroup's.
  const directives = kernel.isSubgroup ? 'enable subgroups; diagnostic(off, subgroup_uniformity);' : '';
  const lane = kernel.isSubgroup ? 'subgroup_invocation_id' : 'local_invocation_index';
  return `
    ${directives}
    struct Uniforms { ${fields.join(' ')} }
    ${bindings.map(declareBinding).join('\n')}
    @group(0) @binding(${bindings.length}) var<uniform> uniforms : Uniforms;
    var<private> localIndex : u32;
    var<private> workgroupId : vec3<u32>;
    var<private> numWorkgroups : vec3<u32>;
    ${kernel.code}
    @compute @workgroup_size(${kernel.workgroupSize}, 1, 1)
    fn start(
      @builtin(${lane}) invocation : u32,
      @builtin(workgroup_id) workgroup : vec3<u32>,
      @builtin(num_workgroups) workgroups : vec3<u32>,
    ) {
      localIndex = invocation;
      workgroupId = workgroup;
      numWorkgroups = workgroups;
      main(${kernel.unit === 'lanes' ? index : ''});
    }`;
}

function declareBinding({ name, components, type, access }: ModuleBinding, index: number): string {
  const element = components === 1 ? type : `vec${components}<${type}>`;
  return `@group(0) @binding(${index}) var<storage, ${access}> ${name} : array<${element}>;`;
}
