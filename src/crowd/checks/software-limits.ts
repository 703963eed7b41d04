/** The limits of programs that imitate GPUs, as engines give them: all of them together are those of no GPU that is known. */

type Limits = Readonly<Record<string, number>>;

/** The limits in which these programs differ from GPUs, from records of November 2026. */
const SOFTWARE: readonly { readonly name: string; readonly limits: Limits }[] = [
  {
    name: 'SwiftShader',
    limits: {
      ...{ maxBufferSize: 2 ** 30, maxStorageBufferBindingSize: 2 ** 30, maxStorageBuffersPerShaderStage: 10 },
      ...{ maxComputeInvocationsPerWorkgroup: 256, maxComputeWorkgroupSizeX: 256 },
      ...{ maxComputeWorkgroupStorageSize: 2 ** 15, minStorageBufferOffsetAlignment: 256 },
    },
  },
  {
    name: 'lavapipe',
    limits: {
      ...{ maxBufferSize: 2 ** 32 - 1, maxStorageBufferBindingSize: 2 ** 27, maxStorageBuffersPerShaderStage: 16 },
      ...{ maxComputeInvocationsPerWorkgroup: 1024, maxComputeWorkgroupSizeX: 1024 },
      ...{ maxComputeWorkgroupStorageSize: 2 ** 15, minStorageBufferOffsetAlignment: 16 },
    },
  },
];

/** The program whose limits these are; undefined for those of a GPU. */
export const sameLimits = (limits: Limits): string | undefined =>
  SOFTWARE.find((one) => Object.entries(one.limits).every(([name, value]) => limits[name] === value))?.name;
