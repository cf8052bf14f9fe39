package org.pagetrail.recorder.kernel;

import java.util.Locale;

/** The routines of the model kernel: a function of that name in the kernel image lends its address. */
public enum Routine {
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
    DOUBLE_FAULT,
    TIMER,
    SYSTEM_CALL,
    SCHEDULE,
    IDLE,
    FREE_FRAME,
    SHARE_FRAME,
    UNMAP_PAGE,
    PROTECT_PAGE,
    LINK_TABLE,
    HEAP_ALLOCATE,
    HEAP_FREE,
    LAZY_TABLE,
    DEMAND_ZERO,
    COPY_ON_WRITE,
    CREATE_DIRECTORY,
    DESTROY_DIRECTORY,
    CREATE_PROCESS,
    FORK,
    EXEC,
    EXIT,
    REAP,
    BREAK,
    MAP_LIBRARY,
    PROTECT,
    COPY_FROM_USER,
    COPY_TO_USER,
    DEEP;

    /** The name of its function in a kernel image. */
    public String function() {
        return name().toLowerCase(Locale.ROOT);
    }
}
