/**
 * Vendors of GPUs. Dawn and WebKit give their names; wgpu, and so Deno, gives the number by which the vendor is known
 * to PCI or Vulkan, in decimal: `65541` is Mesa.
 */

/**
 * Names by number, as Dawn has them (`src/dawn/gpu_info.json` of google/dawn@1e975e2; its names have hyphens for
 * spaces). Numbers above 0xffff are Vulkan's own (`VkVendorId`), and 0x4d4f4351 is Qualcomm's of ACPI.
 */
const VENDORS: Readonly<Record<number, string>> = {
  4098: 'amd',
  4112: 'img-tec',
  4203: 'apple',
  4318: 'nvidia',
  5045: 'arm',
  5140: 'microsoft',
  5197: 'samsung',
  5348: 'broadcom',
  6629: 'huawei',
  6880: 'google',
  20803: 'qualcomm',
  32902: 'intel',
  65538: 'verisilicon',
  65541: 'mesa',
  1297040209: 'qualcomm',
};

/** A vendor as the adapter gives it, by its name where it is a number that is known. */
export function vendorName(vendor: string): string {
  const id = /^0x[0-9a-f]+$/i.test(vendor) || /^\d+$/.test(vendor) ? Number(vendor) : undefined;
  return (id !== undefined && VENDORS[id]) || vendor;
}

/** Whether a name is that of a vendor that is known. */
export const isVendor = (name: string): boolean => Object.values(VENDORS).includes(name);

/** Words in the names of GPUs that give their vendor away. */
const WORDS: readonly { readonly vendor: string; readonly words: RegExp }[] = [
  { vendor: 'google', words: /swiftshader/i },
  { vendor: 'mesa', words: /llvmpipe|softpipe|lavapipe/i },
  { vendor: 'microsoft', words: /microsoft|\bwarp\b/i },
  { vendor: 'nvidia', words: /nvidia|geforce|quadro|\bnv[0-9a-f]{2,3}\b/i },
  { vendor: 'samsung', words: /xclipse|samsung/i },
  { vendor: 'amd', words: /\bamd\b|radeon|firepro|\bati\b/i },
  { vendor: 'intel', words: /intel/i },
  { vendor: 'apple', words: /apple/i },
  { vendor: 'qualcomm', words: /adreno|qualcomm/i },
  { vendor: 'arm', words: /\bmali\b|immortalis/i },
  { vendor: 'img-tec', words: /powervr|imagination/i },
  { vendor: 'broadcom', words: /videocore|\bv3d\b/i },
  { vendor: 'huawei', words: /maleoon/i },
];

/** The vendor of the GPU that is called `name`; undefined where the name does not tell. */
export const vendorNamedIn = (name: string): string | undefined => WORDS.find(({ words }) => words.test(name))?.vendor;
