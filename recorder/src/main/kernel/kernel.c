/*
 * The kernel that the recorder runs when it is given no other: the layout plan higher-half-3g, S1 to S6, and a halt.
 *
 *   0xfffff000  page directory, through itself      0xc0400000  heap; modules beyond 4 MB are mapped at its foot
 *   0xffc00000  page tables, through the directory  0xc0000000  image: the first 4 MB of physical memory
 *   0xff400000  kernel stack, grows down from 0xffc00000
 */
#include <stdint.h>

#define KERNEL_BASE 0xc0000000u
#define KERNEL_BYTES 0x00400000u
#define HEAP_BASE 0xc0400000u
#define STACK_TOP 0xffc00000u
#define STACK_PAGES 4u
#define WINDOW ((volatile uint32_t *)0xffc00000u)

#define PAGE_BYTES 4096u
#define TABLE_ENTRIES 1024u
#define KERNEL_SLOT (KERNEL_BASE >> 22)
#define RECURSIVE_SLOT 1023u

#define PRESENT 0x001u
#define WRITABLE 0x002u
#define GLOBAL 0x100u
#define ADDRESS 0xfffff000u

#define CR4_PGE 0x00000080u
#define CPUID_PGE 0x00002000u

#define LOADER_MAGIC 0x2badb002u
#define HAS_COMMAND_LINE 0x04u
#define HAS_MODULES 0x08u
#define HAS_MEMORY_MAP 0x40u
#define AVAILABLE 1u

#define STEP __attribute__((noinline))

struct boot_information {
    uint32_t flags, lower, upper, device, command_line, modules, first_module, symbols[4], map_bytes, map;
};

struct module {
    uint32_t first, end, text, reserved;
};

struct memory_range {
    uint32_t size;
    uint64_t first, length;
    uint32_t type;
} __attribute__((packed));

struct table_register {
    uint16_t limit;
    uint32_t base;
} __attribute__((packed));

extern char image_first[], writable_first[], image_end[], boot_stack_top[];
extern uint32_t boot_directory[];

void load_segments(const struct table_register *gdt, const struct table_register *idt);
void move_stack(uint32_t from_top, uint32_t to_top);
void page_fault(void);
void double_fault(void);

/* Null, kernel code and data, user code and data: flat; the task is added when it has its address. */
static uint64_t gdt[6] __attribute__((aligned(8))) = {
    0, 0x00cf9a000000ffffull, 0x00cf92000000ffffull, 0x00cffa000000ffffull, 0x00cff2000000ffffull, 0,
};
static uint64_t idt[256] __attribute__((aligned(8)));
static uint32_t tss[26];

/* A set bit is a frame in use; all of 4 GB. */
static uint32_t frames_in_use[32768];
static uint32_t directory;
static uint32_t global;

/* Words to the first serial port. */

static void out(uint16_t port, uint8_t value) {
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static uint8_t in(uint16_t port) {
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static void say(const char *text) {
    for (; *text; text++) {
        for (int patience = 100000; patience > 0 && !(in(0x3fd) & 0x20); patience--) {
        }
        out(0x3f8, (uint8_t)*text);
    }
}

static void say_number(const char *name, uint32_t number) {
    char text[] = " 0x00000000";
    for (int i = 10; i > 2; i--, number >>= 4) {
        text[i] = "0123456789abcdef"[number & 15];
    }
    say(name);
    say(text);
    say("\n");
}

static void __attribute__((noreturn)) stop(const char *why) {
    say(why);
    for (;;) {
        __asm__ volatile("cli; hlt");
    }
}

void report_fault(uint32_t vector, uint32_t error, uint32_t instruction) {
    uint32_t linear;
    __asm__ volatile("mov %%cr2, %0" : "=r"(linear));
    say_number("fault", vector);
    say_number("  error code", error);
    say_number("  instruction", instruction);
    say_number("  linear address", linear);
}

/* Descriptor tables. */

static uint64_t gate(void (*handler)(void)) {
    uint32_t address = (uint32_t)handler;
    return (uint64_t)((address & 0xffff0000u) | 0x8e00u) << 32 | 0x00080000u | (address & 0xffffu);
}

void load_descriptor_tables(void) {
    uint32_t task = (uint32_t)tss;
    gdt[5] = (uint64_t)((task & 0xff000000u) | 0x00008900u | (task >> 16 & 0xffu)) << 32 | task << 16 | (sizeof tss - 1);
    idt[8] = gate(double_fault);
    idt[14] = gate(page_fault);
    tss[1] = (uint32_t)boot_stack_top;
    tss[2] = 0x10;
    tss[25] = sizeof tss << 16;
    struct table_register gdt_register = {sizeof gdt - 1, (uint32_t)gdt};
    struct table_register idt_register = {sizeof idt - 1, (uint32_t)idt};
    load_segments(&gdt_register, &idt_register);
}

/* S1: frames. Until S5 the boot information is where the boot loader put it, through the identity map. */

static void mark(uint32_t frame, int used) {
    uint32_t bit = 1u << frame % 32;
    if (used) {
        frames_in_use[frame / 32] |= bit;
    } else {
        frames_in_use[frame / 32] &= ~bit;
    }
}

STEP void pmm_init(const struct boot_information *information) {
    for (uint32_t word = 0; word < 32768; word++) {
        frames_in_use[word] = 0xffffffffu;
    }
    for (uint32_t at = information->map; at - information->map < information->map_bytes;) {
        const struct memory_range *range = (const struct memory_range *)at;
        if (range->type == AVAILABLE) {
            uint64_t end = (range->first + range->length) >> 12;
            for (uint64_t frame = (range->first + PAGE_BYTES - 1) >> 12; frame < end && frame < 1u << 20; frame++) {
                mark((uint32_t)frame, 0);
            }
        }
        at += range->size + sizeof range->size;
    }
}

static void lock(uint32_t first, uint32_t bytes) {
    if (bytes != 0) {
        for (uint32_t frame = first >> 12; frame <= (first + bytes - 1) >> 12; frame++) {
            mark(frame, 1);
        }
    }
}

static uint32_t text_bytes(uint32_t text) {
    uint32_t bytes = 1;
    while (((const char *)text)[bytes - 1]) {
        bytes++;
    }
    return bytes;
}

/* S2: what the kernel region shows stays as it is, image or not. */
STEP void lock_kernel(void) {
    lock(0, KERNEL_BYTES);
}

/* S3 */
STEP void lock_modules(const struct boot_information *information) {
    const struct module *module = (const struct module *)information->first_module;
    if (information->flags & HAS_MODULES) {
        lock(information->first_module, information->modules * sizeof *module);
        for (uint32_t i = 0; i < information->modules; i++, module++) {
            lock(module->first, module->end - module->first);
            if (module->text) {
                lock(module->text, text_bytes(module->text));
            }
        }
    }
    lock((uint32_t)information, sizeof *information);
    lock(information->map, information->map_bytes);
    if (information->flags & HAS_COMMAND_LINE) {
        lock(information->command_line, text_bytes(information->command_line));
    }
}

/* The physical address of a free frame. */
STEP uint32_t allocate_frame(void) {
    static uint32_t from;
    for (; from < 32768; from++) {
        for (uint32_t bit = 0; frames_in_use[from] != 0xffffffffu && bit < 32; bit++) {
            if (!(frames_in_use[from] & 1u << bit)) {
                mark(from * 32 + bit, 1);
                return (from * 32 + bit) << 12;
            }
        }
    }
    stop("no free frame\n");
}

static void clear_page(uint32_t linear) {
    uint32_t words = TABLE_ENTRIES;
    __asm__ volatile("rep stosl" : "+D"(linear), "+c"(words) : "a"(0) : "memory");
}

/* A cleared frame, reached by its own number through the identity map until S5's switch. */
static uint32_t allocate_table(void) {
    uint32_t table = allocate_frame();
    if (table >= KERNEL_BASE) {
        stop("no free frame below 3 GB\n");
    }
    clear_page(table);
    return table;
}

/* S4: an empty directory that refers to itself. */
STEP void vmm_init(void) {
    uint32_t features;
    uint32_t leaf = 1;
    __asm__ volatile("cpuid" : "+a"(leaf), "=d"(features) : : "ebx", "ecx");
    global = features & CPUID_PGE ? GLOBAL : 0;
    directory = allocate_table();
    ((uint32_t *)directory)[RECURSIVE_SLOT] = directory | PRESENT | WRITABLE;
}

static void map_before_switch(uint32_t linear, uint32_t physical) {
    uint32_t table = ((uint32_t *)directory)[linear >> 22] & ADDRESS;
    ((uint32_t *)table)[linear >> 12 & 1023] = physical | PRESENT | WRITABLE | global;
}

/* Modules that the kernel region does not show move to the foot of the heap. */
static void map_modules(const struct boot_information *information) {
    const struct module *module = (const struct module *)information->first_module;
    uint32_t linear = HEAP_BASE;
    for (uint32_t i = 0; information->flags & HAS_MODULES && i < information->modules; i++, module++) {
        if (module->end <= KERNEL_BYTES) {
            say_number("  module at", KERNEL_BASE + module->first);
            continue;
        }
        say_number("  module at", linear + module->first % PAGE_BYTES);
        for (uint32_t frame = module->first & ADDRESS; frame < module->end; frame += PAGE_BYTES, linear += PAGE_BYTES) {
            if (linear >= STACK_TOP - 0x00800000u) {
                stop("modules larger than the heap\n");
            }
            map_before_switch(linear, frame);
        }
    }
}

/* S5: the higher half of 4 KB pages, every table of it there from now on; the identity map ends with the switch. */
STEP void remap_higher_half(const struct boot_information *information) {
    for (uint32_t slot = KERNEL_SLOT; slot < RECURSIVE_SLOT; slot++) {
        ((uint32_t *)directory)[slot] = allocate_table() | PRESENT | WRITABLE;
    }
    for (uint32_t physical = 0; physical < KERNEL_BYTES; physical += PAGE_BYTES) {
        map_before_switch(KERNEL_BASE + physical, physical);
        if (physical >= (uint32_t)image_first && physical < (uint32_t)writable_first) {
            uint32_t table = ((uint32_t *)directory)[KERNEL_SLOT] & ADDRESS;
            ((uint32_t *)table)[physical >> 12] &= ~WRITABLE;
        }
    }
    map_modules(information);
    __asm__ volatile("mov %0, %%cr3" : : "r"(directory) : "memory");
    if (global) {
        uint32_t cr4;
        __asm__ volatile("mov %%cr4, %0; or %1, %0; mov %0, %%cr4" : "=&r"(cr4) : "i"(CR4_PGE) : "memory");
    }
}

/* Writes an entry that was absent, through the window: nothing is cached of it, nothing to invalidate. */
STEP void map_page(uint32_t linear, uint32_t physical) {
    WINDOW[linear >> 12] = physical | PRESENT | WRITABLE | global;
}

/* S6: the lowest page of the region stays absent; the boot stack is left behind. */
STEP void relocate_stack(void) {
    for (uint32_t linear = STACK_TOP - STACK_PAGES * PAGE_BYTES; linear != STACK_TOP; linear += PAGE_BYTES) {
        map_page(linear, allocate_frame());
        clear_page(linear);
    }
    move_stack((uint32_t)boot_stack_top, STACK_TOP);
    tss[1] = STACK_TOP;
}

static uint32_t stack_pointer(void) {
    uint32_t sp;
    __asm__ volatile("mov %%esp, %0" : "=r"(sp));
    return sp;
}

/* What the loader passed lies at the top of the boot stack, and so of the stack after S6. */
void kernel_main(uint32_t magic, const struct boot_information *information) {
    if (magic != LOADER_MAGIC || !(information->flags & HAS_MEMORY_MAP)) {
        stop("not started by a multiboot loader with a memory map\n");
    }
    say("B1 B2\n");
    pmm_init(information);
    say("S1\n");
    lock_kernel();
    say("S2\n");
    lock_modules(information);
    say("S3\n");
    vmm_init();
    say_number("S4 directory", directory);
    remap_higher_half(information);
    say_number("S5 directory refers to", WINDOW[0xfffff]);
    relocate_stack();
    say_number("S6 stack pointer", stack_pointer());
    say_number("image ends", (uint32_t)image_end);
    stop("halt\n");
}
