// What the fakes of kernel drivers share: libdrm's list of devices with one that is not there, the part of the
// ioctls that is the same for all drivers, and memory where a buffer is mapped. A device node is /dev/null.
//
// A fake defines `driver` before it includes this file, and `answer`, which takes its own ioctls, behind it.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <xf86drm.h>

static const char NODE[] = "/dev/null";

static int number_of(const char *name, int base) {
  const char *text = getenv(name);
  return text ? (int)strtol(text, NULL, base) : 0;
}

/** The PCI id. */
static int device_id(void) { return number_of("FAKE_DEVICE", 16); }

static drmDevicePtr fake_device(void) {
  struct {
    drmDevice device;
    char *nodes[DRM_NODE_MAX];
    drmPciBusInfo bus;
    drmPciDeviceInfo info;
    char paths[DRM_NODE_MAX][sizeof NODE];
  } *fake = calloc(1, sizeof *fake);
  for (int i = 0; i < DRM_NODE_MAX; i++) fake->nodes[i] = strcpy(fake->paths[i], NODE);
  fake->bus.bus = 1;
  fake->info.vendor_id = driver.vendor;
  fake->info.device_id = device_id();
  fake->info.revision_id = driver.revision;
  fake->device.nodes = fake->nodes;
  fake->device.available_nodes = 1 << DRM_NODE_RENDER | 1 << DRM_NODE_PRIMARY;
  fake->device.bustype = DRM_BUS_PCI;
  fake->device.businfo.pci = &fake->bus;
  fake->device.deviceinfo.pci = &fake->info;
  return &fake->device;
}

int drmGetDevices2(uint32_t flags, drmDevicePtr devices[], int max) {
  (void)flags;
  if (devices && max > 0) devices[0] = fake_device();
  return 1;
}
int drmGetDevice2(int fd, uint32_t flags, drmDevicePtr *device) {
  (void)fd, (void)flags;
  *device = fake_device();
  return 0;
}
int drmGetDeviceFromDevId(dev_t id, uint32_t flags, drmDevicePtr *device) {
  (void)id, (void)flags;
  *device = fake_device();
  return 0;
}
void drmFreeDevices(drmDevicePtr devices[], int count) { (void)devices, (void)count; }
void drmFreeDevice(drmDevicePtr *device) { *device = NULL; }

drmVersionPtr drmGetVersion(int fd) {
  (void)fd;
  drmVersionPtr version = calloc(1, sizeof *version);
  version->version_major = 1;
  version->version_minor = driver.minor;
  version->name = strdup(driver.name);
  version->name_len = (int)strlen(driver.name);
  version->date = strdup("0");
  version->desc = strdup("not there");
  return version;
}
void drmFreeVersion(drmVersionPtr version) { (void)version; }

/** Handles of buffers, fences and contexts, which nobody looks at. */
static unsigned next_handle = 1;

/** The ioctls of a driver itself; `number` counts from DRM_COMMAND_BASE. Returns -1 with errno, as ioctl does. */
static int answer(unsigned number, void *argument);

// By their numbers alone: the sizes of what they carry grow from kernel to kernel.
#define NR(name) _IOC_NR(DRM_IOCTL_##name)

static int answer_for_all(unsigned long request, void *argument) {
  switch (_IOC_NR(request)) {
  case NR(VERSION): {
    struct drm_version *version = argument;
    if (version->name && version->name_len >= strlen(driver.name)) memcpy(version->name, driver.name, strlen(driver.name));
    version->version_major = 1;
    version->version_minor = driver.minor;
    version->name_len = strlen(driver.name);
    version->date_len = version->desc_len = 0;
    return 0;
  }
  case NR(GET_CAP): {
    struct drm_get_cap *cap = argument;
    cap->value = cap->capability == DRM_CAP_PRIME ? DRM_PRIME_CAP_IMPORT | DRM_PRIME_CAP_EXPORT : 1;
    return 0;
  }
  case NR(GEM_CLOSE): return 0;
  case NR(PRIME_HANDLE_TO_FD): ((struct drm_prime_handle *)argument)->fd = open(NODE, O_RDWR); return 0;
  case NR(PRIME_FD_TO_HANDLE): ((struct drm_prime_handle *)argument)->handle = next_handle++; return 0;
  case NR(SYNCOBJ_CREATE): ((struct drm_syncobj_create *)argument)->handle = next_handle++; return 0;
  case NR(SYNCOBJ_HANDLE_TO_FD): ((struct drm_syncobj_handle *)argument)->fd = open(NODE, O_RDWR); return 0;
  case NR(SYNCOBJ_FD_TO_HANDLE): ((struct drm_syncobj_handle *)argument)->handle = next_handle++; return 0;
  case NR(SYNCOBJ_QUERY): {
    struct drm_syncobj_timeline_array *array = argument;
    for (uint32_t i = 0; i < array->count_handles; i++) {
      ((uint64_t *)(uintptr_t)array->points)[i] = UINT64_MAX >> 1;
    }
    return 0;
  }
  // Fences are done at once.
  case NR(SYNCOBJ_DESTROY):
  case NR(SYNCOBJ_WAIT):
  case NR(SYNCOBJ_RESET):
  case NR(SYNCOBJ_SIGNAL):
  case NR(SYNCOBJ_TIMELINE_WAIT):
  case NR(SYNCOBJ_TRANSFER):
  case NR(SYNCOBJ_TIMELINE_SIGNAL): return 0;
  default: return answer(_IOC_NR(request) - DRM_COMMAND_BASE, argument);
  }
}

int ioctl(int fd, unsigned long request, ...) {
  va_list list;
  va_start(list, request);
  void *argument = va_arg(list, void *);
  va_end(list);
  if (_IOC_TYPE(request) == DRM_IOCTL_BASE) return answer_for_all(request, argument);
  int (*real)(int, unsigned long, void *) = (int (*)(int, unsigned long, void *))dlsym(RTLD_NEXT, "ioctl");
  return real(fd, request, argument);
}

/** /dev/null cannot be mapped: what fails there is a buffer, and gets memory of its own. */
void *mmap64(void *address, size_t bytes, int protection, int flags, int fd, off64_t offset) {
  static void *(*real)(void *, size_t, int, int, int, off64_t);
  if (!real) real = (void *(*)(void *, size_t, int, int, int, off64_t))dlsym(RTLD_NEXT, "mmap64");
  void *mapped = real(address, bytes, protection, flags, fd, offset);
  struct stat status;
  if (mapped != MAP_FAILED || fd < 0 || fstat(fd, &status) != 0 || !S_ISCHR(status.st_mode)) return mapped;
  int own = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (flags & MAP_FIXED);
  return real(address, bytes, protection, own, -1, 0);
}
void *mmap(void *address, size_t bytes, int protection, int flags, int fd, off_t offset) {
  return mmap64(address, bytes, protection, flags, fd, offset);
}
