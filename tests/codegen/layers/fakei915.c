// LD_PRELOAD: an Intel GPU that is not there, so that Mesa's ANV compiles for it. It answers what ANV asks of the i915
// kernel driver; nothing is ever run.
//
// FAKE_DEVICE                            the PCI id, in hex
// FAKE_SLICES, FAKE_SUBSLICES, FAKE_EUS  slices, subslices of each, and execution units of each
// FAKE_LOCAL                             1 for a GPU with memory of its own

static const struct { int vendor, revision, minor; const char *name; } driver = {0x8086, 3, 6, "i915"};
#include "fakedrm.h"
#include <i915_drm.h>

enum { BITS = 8 };
static int bytes_of(int bits) { return (bits + BITS - 1) / BITS; }

static int slices(void) { return number_of("FAKE_SLICES", 10); }
static int subslices(void) { return number_of("FAKE_SUBSLICES", 10); }
static int execution_units(void) { return number_of("FAKE_EUS", 10); }
static int is_discrete(void) { return number_of("FAKE_LOCAL", 10); }

static void set_bits(unsigned char *mask, int bits) {
  for (int i = 0; i < bits; i++) mask[i / BITS] |= 1 << (i % BITS);
}

/** Fills the topology in, with nothing missing, and returns its bytes. */
static int topology(struct drm_i915_query_topology_info *info) {
  info->max_slices = slices();
  info->max_subslices = subslices();
  info->max_eus_per_subslice = execution_units();
  info->subslice_offset = bytes_of(slices());
  info->subslice_stride = bytes_of(subslices());
  info->eu_offset = info->subslice_offset + slices() * info->subslice_stride;
  info->eu_stride = bytes_of(execution_units());
  set_bits(info->data, slices());
  for (int slice = 0; slice < slices(); slice++) {
    set_bits(info->data + info->subslice_offset + slice * info->subslice_stride, subslices());
    for (int i = 0; i < subslices(); i++) {
      set_bits(info->data + info->eu_offset + (slice * subslices() + i) * info->eu_stride, execution_units());
    }
  }
  return sizeof *info + info->eu_offset + slices() * subslices() * info->eu_stride;
}

static int engines(struct drm_i915_query_engine_info *info) {
  info->num_engines = 1;
  info->engines[0].engine.engine_class = I915_ENGINE_CLASS_RENDER;
  return sizeof *info + sizeof info->engines[0];
}

static int memory_regions(struct drm_i915_query_memory_regions *info) {
  info->num_regions = 1 + is_discrete();
  for (uint32_t i = 0; i < info->num_regions; i++) {
    struct drm_i915_memory_region_info *region = &info->regions[i];
    region->region.memory_class = i ? I915_MEMORY_CLASS_DEVICE : I915_MEMORY_CLASS_SYSTEM;
    region->probed_size = region->probed_cpu_visible_size = 16ull << 30;
    region->unallocated_size = region->unallocated_cpu_visible_size = 15ull << 30;
  }
  return sizeof *info + info->num_regions * sizeof info->regions[0];
}

/** Answers a query, or says how many bytes its answer takes. */
static void query(struct drm_i915_query_item *item) {
  union { unsigned char bytes[4096]; uint64_t aligned; } out = {{0}};
  int length = -EINVAL;
  switch (item->query_id) {
  case DRM_I915_QUERY_TOPOLOGY_INFO:
  case DRM_I915_QUERY_GEOMETRY_SUBSLICES: length = topology((void *)out.bytes); break;
  case DRM_I915_QUERY_ENGINE_INFO: length = engines((void *)out.bytes); break;
  case DRM_I915_QUERY_MEMORY_REGIONS: length = memory_regions((void *)out.bytes); break;
  }
  if (item->length > 0 && length > 0) memcpy((void *)(uintptr_t)item->data_ptr, out.bytes, length);
  item->length = length;
}

static int parameter(drm_i915_getparam_t *asked) {
  switch (asked->param) {
  case I915_PARAM_CHIPSET_ID: *asked->value = device_id(); return 0;
  case I915_PARAM_REVISION: *asked->value = driver.revision; return 0;
  case I915_PARAM_SUBSLICE_TOTAL: *asked->value = slices() * subslices(); return 0;
  case I915_PARAM_EU_TOTAL: *asked->value = slices() * subslices() * execution_units(); return 0;
  case I915_PARAM_CS_TIMESTAMP_FREQUENCY: *asked->value = 19200000; return 0;
  case I915_PARAM_MMAP_GTT_VERSION: *asked->value = 4; return 0;
  case I915_PARAM_CMD_PARSER_VERSION: *asked->value = 10; return 0;
  case I915_PARAM_HAS_SCHEDULER: *asked->value = 0x1f; return 0;
  case I915_PARAM_NUM_FENCES_AVAIL: *asked->value = 32; return 0;
  case I915_PARAM_HAS_LLC: *asked->value = !is_discrete(); return 0;
  case I915_PARAM_PERF_REVISION: errno = EINVAL; return -1;
  default: *asked->value = 1; return 0;
  }
}

static int answer(unsigned number, void *argument) {
  switch (number) {
  case DRM_I915_GETPARAM: return parameter(argument);
  case DRM_I915_QUERY: {
    struct drm_i915_query *all = argument;
    for (uint32_t i = 0; i < all->num_items; i++) query((struct drm_i915_query_item *)(uintptr_t)all->items_ptr + i);
    return 0;
  }
  case DRM_I915_GEM_CREATE: ((struct drm_i915_gem_create *)argument)->handle = next_handle++; return 0;
  case DRM_I915_GEM_CREATE_EXT: ((struct drm_i915_gem_create_ext *)argument)->handle = next_handle++; return 0;
  case DRM_I915_GEM_USERPTR: ((struct drm_i915_gem_userptr *)argument)->handle = next_handle++; return 0;
  case DRM_I915_GEM_CONTEXT_CREATE:
    ((struct drm_i915_gem_context_create_ext *)argument)->ctx_id = next_handle++;
    return 0;
  case DRM_I915_GEM_CONTEXT_GETPARAM: {
    struct drm_i915_gem_context_param *asked = argument;
    asked->value = asked->param == I915_CONTEXT_PARAM_GTT_SIZE ? 1ull << 48 : next_handle++;
    return 0;
  }
  case DRM_I915_GEM_VM_CREATE: ((struct drm_i915_gem_vm_control *)argument)->vm_id = next_handle++; return 0;
  case DRM_I915_GEM_GET_APERTURE: {
    struct drm_i915_gem_get_aperture *aperture = argument;
    aperture->aper_size = aperture->aper_available_size = 4ull << 30;
    return 0;
  }
  case DRM_I915_GEM_MMAP_GTT: ((struct drm_i915_gem_mmap_offset *)argument)->offset = 0; return 0;
  case DRM_I915_GEM_MMAP: {
    struct drm_i915_gem_mmap *map = argument;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    map->addr_ptr = (uintptr_t)mmap(NULL, map->size, PROT_READ | PROT_WRITE, flags, -1, 0);
    return 0;
  }
  case DRM_I915_REG_READ: ((struct drm_i915_reg_read *)argument)->val = 0; return 0;
  case DRM_I915_GET_RESET_STATS:
  case DRM_I915_GEM_EXECBUFFER2:
  case DRM_I915_GEM_SET_CACHING:
  case DRM_I915_GEM_SET_TILING:
  case DRM_I915_GEM_BUSY:
  case DRM_I915_GEM_WAIT:
  case DRM_I915_GEM_CONTEXT_SETPARAM:
  case DRM_I915_GEM_CONTEXT_DESTROY:
  case DRM_I915_GEM_VM_DESTROY:
  case DRM_I915_GEM_SET_DOMAIN:
  case DRM_I915_GEM_MADVISE: return 0;
  }
  errno = EINVAL;
  return -1;
}
