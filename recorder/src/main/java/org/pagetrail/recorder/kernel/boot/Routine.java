package org.pagetrail.recorder.kernel.boot;

import java.util.Locale;

/** The routines of the model kernel: a function of that name in the kernel image lends its address. */
enum Routine {
    START,
    HIGHER_HALF,
    KERNEL_MAIN,
    PMM_INIT,
    LOCK_KERNEL,
    LOCK_MODULES,
    VMM_INIT,
    REMAP_HIGHER_HALF,
    RELOCATE_STACK,
    ALLOCATE_FRAME,
    MAP_PAGE,
    PAGE_FAULT,
    DOUBLE_FAULT;

    String function() {
        return name().toLowerCase(Locale.ROOT);
    }
}
