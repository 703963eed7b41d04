// A Vulkan layer with which a driver makes pipelines for a GPU that is not there. Command buffers and submissions do
// nothing, and end at once. A compute pipeline leaves what the driver's compiler says of it in a file:
//
//     executable: NAME subgroup SIZE
//     stat: NAME = VALUE
//     listing: NAME
//     TEXT
//
// NULLGPU_OUT       the file of the next pipeline; empty for none
// NULLGPU_UNCHECKED if set, pipelines have no bounds checks, whatever the device was asked for

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vulkan/vk_layer.h>
#include <vulkan/vulkan.h>

static PFN_vkGetInstanceProcAddr next_instance_proc;
static PFN_vkGetDeviceProcAddr next_device_proc;
static VkInstance instance;

#define NEXT(device, name) ((PFN_##name)next_device_proc(device, #name))

static int unchecked(void) { return getenv("NULLGPU_UNCHECKED") != NULL; }

// The loader's link to the next layer, which lies in the chain of both creations.
#define LINK(chain, Type, type)                                                                                        \
  Type *link = (void *)(chain);                                                                                        \
  while (link && !(link->sType == (type) && link->function == VK_LAYER_LINK_INFO)) link = (void *)link->pNext;         \
  if (!link) return VK_ERROR_INITIALIZATION_FAILED;

static VkResult VKAPI_CALL create_instance(const VkInstanceCreateInfo *info, const VkAllocationCallbacks *allocator,
                                           VkInstance *out) {
  LINK(info->pNext, VkLayerInstanceCreateInfo, VK_STRUCTURE_TYPE_LOADER_INSTANCE_CREATE_INFO)
  next_instance_proc = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
  link->u.pLayerInfo = link->u.pLayerInfo->pNext;
  VkResult result = ((PFN_vkCreateInstance)next_instance_proc(NULL, "vkCreateInstance"))(info, allocator, out);
  if (result == VK_SUCCESS) instance = *out;
  return result;
}

static void turn_checks_off(const VkDeviceCreateInfo *info) {
  for (VkBaseOutStructure *s = (void *)info->pNext; s; s = s->pNext) {
    if (s->sType == VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2) {
      ((VkPhysicalDeviceFeatures2 *)s)->features.robustBufferAccess = VK_FALSE;
    } else if (s->sType == VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ROBUSTNESS_2_FEATURES_EXT) {
      VkPhysicalDeviceRobustness2FeaturesEXT *robustness = (void *)s;
      robustness->robustBufferAccess2 = robustness->nullDescriptor = VK_FALSE;
    }
  }
}

static VkResult VKAPI_CALL create_device(VkPhysicalDevice gpu, const VkDeviceCreateInfo *info,
                                         const VkAllocationCallbacks *allocator, VkDevice *out) {
  LINK(info->pNext, VkLayerDeviceCreateInfo, VK_STRUCTURE_TYPE_LOADER_DEVICE_CREATE_INFO)
  PFN_vkGetInstanceProcAddr next = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
  next_device_proc = link->u.pLayerInfo->pfnNextGetDeviceProcAddr;
  link->u.pLayerInfo = link->u.pLayerInfo->pNext;

  VkDeviceCreateInfo mine = *info;
  const char **names = calloc(info->enabledExtensionCount + 1, sizeof *names);
  if (!names) return VK_ERROR_OUT_OF_HOST_MEMORY;
  for (uint32_t i = 0; i < info->enabledExtensionCount; i++) names[i] = info->ppEnabledExtensionNames[i];
  names[mine.enabledExtensionCount++] = VK_KHR_PIPELINE_EXECUTABLE_PROPERTIES_EXTENSION_NAME;
  mine.ppEnabledExtensionNames = names;
  VkPhysicalDevicePipelineExecutablePropertiesFeaturesKHR listings = {
      .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PIPELINE_EXECUTABLE_PROPERTIES_FEATURES_KHR,
      .pNext = (void *)info->pNext,
      .pipelineExecutableInfo = VK_TRUE,
  };
  mine.pNext = &listings;
  VkPhysicalDeviceFeatures features;
  if (unchecked()) {
    turn_checks_off(info);
    if (info->pEnabledFeatures) {
      features = *info->pEnabledFeatures;
      features.robustBufferAccess = VK_FALSE;
      mine.pEnabledFeatures = &features;
    }
  }
  VkResult result = ((PFN_vkCreateDevice)next(instance, "vkCreateDevice"))(gpu, &mine, allocator, out);
  free(names);
  return result;
}

static void write_statistics(FILE *file, VkDevice device, const VkPipelineExecutableInfoKHR *executable) {
  PFN_vkGetPipelineExecutableStatisticsKHR get = NEXT(device, vkGetPipelineExecutableStatisticsKHR);
  uint32_t count = 0;
  get(device, executable, &count, NULL);
  VkPipelineExecutableStatisticKHR *all = calloc(count, sizeof *all);
  for (uint32_t i = 0; i < count; i++) all[i].sType = VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_STATISTIC_KHR;
  get(device, executable, &count, all);
  for (uint32_t i = 0; i < count; i++) {
    fprintf(file, "stat: %s = ", all[i].name);
    if (all[i].format == VK_PIPELINE_EXECUTABLE_STATISTIC_FORMAT_FLOAT64_KHR) fprintf(file, "%g\n", all[i].value.f64);
    else fprintf(file, "%lld\n", (long long)all[i].value.i64);
  }
  free(all);
}

static void write_listings(FILE *file, VkDevice device, const VkPipelineExecutableInfoKHR *executable) {
  PFN_vkGetPipelineExecutableInternalRepresentationsKHR get =
      NEXT(device, vkGetPipelineExecutableInternalRepresentationsKHR);
  uint32_t count = 0;
  get(device, executable, &count, NULL);
  VkPipelineExecutableInternalRepresentationKHR *all = calloc(count, sizeof *all);
  for (uint32_t i = 0; i < count; i++) {
    all[i].sType = VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_INTERNAL_REPRESENTATION_KHR;
  }
  // The first call says how long the texts are, the second one fills them in.
  get(device, executable, &count, all);
  for (uint32_t i = 0; i < count; i++) all[i].pData = malloc(all[i].dataSize + 1);
  get(device, executable, &count, all);
  for (uint32_t i = 0; i < count; i++) {
    fprintf(file, "listing: %s\n", all[i].name);
    if (all[i].isText) fwrite(all[i].pData, 1, strnlen(all[i].pData, all[i].dataSize), file);
    fprintf(file, "\n");
    free(all[i].pData);
  }
  free(all);
}

static void describe(VkDevice device, VkPipeline pipeline, const char *path) {
  FILE *file = fopen(path, "w");
  if (!file) return;
  PFN_vkGetPipelineExecutablePropertiesKHR get = NEXT(device, vkGetPipelineExecutablePropertiesKHR);
  VkPipelineInfoKHR of = {.sType = VK_STRUCTURE_TYPE_PIPELINE_INFO_KHR, .pipeline = pipeline};
  uint32_t count = 0;
  get(device, &of, &count, NULL);
  VkPipelineExecutablePropertiesKHR *all = calloc(count, sizeof *all);
  for (uint32_t i = 0; i < count; i++) all[i].sType = VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_PROPERTIES_KHR;
  get(device, &of, &count, all);
  for (uint32_t i = 0; i < count; i++) {
    fprintf(file, "executable: %s subgroup %u\n", all[i].name, all[i].subgroupSize);
    VkPipelineExecutableInfoKHR executable = {
        .sType = VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_INFO_KHR, .pipeline = pipeline, .executableIndex = i};
    write_statistics(file, device, &executable);
    write_listings(file, device, &executable);
  }
  free(all);
  fclose(file);
}

static VkResult VKAPI_CALL create_pipelines(VkDevice device, VkPipelineCache cache, uint32_t count,
                                            const VkComputePipelineCreateInfo *infos,
                                            const VkAllocationCallbacks *allocator, VkPipeline *out) {
  PFN_vkCreateComputePipelines next = NEXT(device, vkCreateComputePipelines);
  const char *path = getenv("NULLGPU_OUT");
  if (!path || !*path || count != 1) return next(device, cache, count, infos, allocator, out);
  VkComputePipelineCreateInfo mine = *infos;
  mine.flags |= VK_PIPELINE_CREATE_CAPTURE_STATISTICS_BIT_KHR |
                VK_PIPELINE_CREATE_CAPTURE_INTERNAL_REPRESENTATIONS_BIT_KHR;
  VkPipelineRobustnessCreateInfoEXT no_checks = {
      .sType = VK_STRUCTURE_TYPE_PIPELINE_ROBUSTNESS_CREATE_INFO_EXT,
      .pNext = mine.pNext,
      .storageBuffers = VK_PIPELINE_ROBUSTNESS_BUFFER_BEHAVIOR_DISABLED_EXT,
      .uniformBuffers = VK_PIPELINE_ROBUSTNESS_BUFFER_BEHAVIOR_DISABLED_EXT,
      .vertexInputs = VK_PIPELINE_ROBUSTNESS_BUFFER_BEHAVIOR_DISABLED_EXT,
      .images = VK_PIPELINE_ROBUSTNESS_IMAGE_BEHAVIOR_DISABLED_EXT,
  };
  if (unchecked()) mine.pNext = &no_checks;
  // Without a cache, so that every pipeline is compiled.
  VkResult result = next(device, VK_NULL_HANDLE, 1, &mine, allocator, out);
  if (result == VK_SUCCESS) describe(device, *out, path);
  return result;
}

// Everything is done as soon as it is asked for.

static void nothing(void) {}
static VkResult success(void) { return VK_SUCCESS; }

static VkResult VKAPI_CALL counter_value(VkDevice device, VkSemaphore semaphore, uint64_t *value) {
  (void)device, (void)semaphore;
  *value = UINT64_MAX >> 1;
  return VK_SUCCESS;
}

static const char *const SUCCEED[] = {
    "vkBeginCommandBuffer", "vkEndCommandBuffer", "vkResetCommandBuffer", "vkResetCommandPool", "vkQueueSubmit",
    "vkQueueSubmit2",       "vkQueueSubmit2KHR",  "vkQueueWaitIdle",      "vkDeviceWaitIdle",   "vkGetFenceStatus",
    "vkWaitForFences",      "vkResetFences",      "vkWaitSemaphores",     "vkWaitSemaphoresKHR"};

static PFN_vkVoidFunction own(const char *name) {
  if (!strncmp(name, "vkCmd", 5)) return (PFN_vkVoidFunction)nothing;
  for (size_t i = 0; i < sizeof SUCCEED / sizeof *SUCCEED; i++) {
    if (!strcmp(name, SUCCEED[i])) return (PFN_vkVoidFunction)success;
  }
  if (!strcmp(name, "vkGetSemaphoreCounterValue")) return (PFN_vkVoidFunction)counter_value;
  if (!strcmp(name, "vkGetSemaphoreCounterValueKHR")) return (PFN_vkVoidFunction)counter_value;
  if (!strcmp(name, "vkCreateComputePipelines")) return (PFN_vkVoidFunction)create_pipelines;
  return NULL;
}

static PFN_vkVoidFunction VKAPI_CALL get_device_proc(VkDevice device, const char *name) {
  if (!strcmp(name, "vkGetDeviceProcAddr")) return (PFN_vkVoidFunction)get_device_proc;
  // A function that the driver lacks must stay absent.
  PFN_vkVoidFunction next = next_device_proc(device, name);
  PFN_vkVoidFunction mine = own(name);
  return next && mine ? mine : next;
}

static PFN_vkVoidFunction VKAPI_CALL get_instance_proc(VkInstance of, const char *name) {
  if (!strcmp(name, "vkGetInstanceProcAddr")) return (PFN_vkVoidFunction)get_instance_proc;
  if (!strcmp(name, "vkGetDeviceProcAddr")) return (PFN_vkVoidFunction)get_device_proc;
  if (!strcmp(name, "vkCreateInstance")) return (PFN_vkVoidFunction)create_instance;
  if (!strcmp(name, "vkCreateDevice")) return (PFN_vkVoidFunction)create_device;
  PFN_vkVoidFunction mine = own(name);
  if (mine) return mine;
  return next_instance_proc ? next_instance_proc(of, name) : NULL;
}

VKAPI_ATTR VkResult VKAPI_CALL vkNegotiateLoaderLayerInterfaceVersion(VkNegotiateLayerInterface *layer) {
  if (layer->loaderLayerInterfaceVersion > 2) layer->loaderLayerInterfaceVersion = 2;
  layer->pfnGetInstanceProcAddr = get_instance_proc;
  layer->pfnGetDeviceProcAddr = get_device_proc;
  layer->pfnGetPhysicalDeviceProcAddr = NULL;
  return VK_SUCCESS;
}
