// LD_PRELOAD: an NVIDIA GPU that is not there, so that Mesa's NVK compiles for it. It answers what NVK asks of the
// nouveau kernel driver; nothing is ever run. What it answers is that of libdrm's nouveau.h and of the kernel's nvif.
//
// FAKE_DEVICE, FAKE_CHIPSET, FAKE_CLASS  the PCI id, the chipset, and the upper byte of the compute class, in hex

static const struct { int vendor, revision, minor; const char *name; } driver = {0x10de, 0xa1, 4, "nouveau"};
#include "fakedrm.h"

enum { GPCS = 11, TPCS = 64 };

static int chipset(void) { return number_of("FAKE_CHIPSET", 16); }

/** The answer to a question of the driver: NOUVEAU_GETPARAM_… of nouveau_drm.h. */
static uint64_t parameter(uint64_t asked) {
  switch (asked) {
  case 3: return driver.vendor;
  case 4: return device_id();
  case 11: return chipset();
  case 13: return GPCS | TPCS << 8;
  case 14: return 1000;
  case 17: return 512;
  case 18: return 24ull << 30;
  case 19: return 1 << 20;
  default: return 1;
  }
}

/** The header of an nvif ioctl. */
struct nvif {
  uint8_t version, type, pad[4], owner, route;
  uint64_t token, object;
  uint8_t data[];
};
enum { NVIF_SCLASS = 1, NVIF_METHOD = 4 };

/** The classes of a channel: copy, 2D, 3D, memory to memory, compute. Ada copies as Ampere does. */
static void classes(void *data) {
  struct {
    uint8_t version, count, pad[6];
    struct { int32_t class; int16_t min, max; } list[];
  } *asked = data;
  int family = number_of("FAKE_CLASS", 16), copy = family == 0xc9 ? 0xc7 : family;
  int known[] = {copy << 8 | 0xb5, 0x902d, family << 8 | 0x97, 0xa140, family << 8 | 0xc0};
  enum { KNOWN = sizeof known / sizeof *known };
  for (int i = 0; i < asked->count; i++) asked->list[i].class = i < KNOWN ? known[i] : 0;
  asked->count = KNOWN;
}

static void device_info(void *data) {
  struct {
    uint8_t version, platform;
    uint16_t chipset;
    uint8_t revision, family, pad[2];
    uint64_t ram_size, ram_user;
    char chip[16], name[64];
  } *info = data;
  info->platform = 3; // PCI Express
  info->chipset = chipset();
  info->revision = driver.revision;
  info->ram_size = info->ram_user = 24ull << 30;
  strcpy(info->chip, "NOT THERE");
  strcpy(info->name, "NVIDIA, not there");
}

struct gem_info {
  uint32_t handle, domain;
  uint64_t size, offset, map;
  uint32_t tile_mode, tile_flags;
};

static int answer(unsigned number, void *argument) {
  switch (number) {
  case 0x00: { // getparam
    struct { uint64_t param, value; } *asked = argument;
    asked->value = parameter(asked->param);
    return 0;
  }
  case 0x02: { // channel alloc
    struct {
      uint32_t framebuffer, texture;
      int channel;
      uint32_t domains, notifier;
      struct { uint32_t handle, class; } subchannels[8];
      uint32_t count;
    } *channel = argument;
    channel->channel = (int)next_handle++;
    channel->count = 0;
    return 0;
  }
  case 0x07: { // nvif
    struct nvif *asked = argument;
    if (asked->type == NVIF_SCLASS) classes(asked->data);
    // A method's own data lies behind 8 bytes of header.
    else if (asked->type == NVIF_METHOD) device_info(asked->data + 8);
    return 0;
  }
  case 0x40: { // gem new
    struct gem_info *buffer = argument;
    buffer->handle = next_handle++;
    buffer->map = 0;
    return 0;
  }
  case 0x44: { // gem info
    struct gem_info *buffer = argument;
    buffer->size = 1 << 20;
    buffer->domain = 2;
    return 0;
  }
  // channel free; vm init, bind, exec; gem push and cpu access
  case 0x03: case 0x10: case 0x11: case 0x12: case 0x41: case 0x42: case 0x43: return 0;
  }
  errno = EINVAL;
  return -1;
}
