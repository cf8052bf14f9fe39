package org.pagetrail.traces.event;

/**
 * The numbers of the events: what a journal calls each of them by.
 *
 * <p>A number is given once and never reused, not even when its event is withdrawn: old journals go on meaning what they
 * meant. Each family begins at a multiple of eight with room to grow.
 */
public final class EventId {

    // Structure
    public static final int SYMBOL_DEFINED = 1;
    public static final int PHASE_BEGAN = 2;
    public static final int PHASE_ENDED = 3;

    // Firmware
    public static final int MEMORY_REGION_REPORTED = 8;
    public static final int MODULE_LOADED = 9;
    public static final int KERNEL_SEGMENT_LOADED = 10;

    // Control
    public static final int CONTROL_REGISTER_WRITTEN = 16;
    public static final int DESCRIPTOR_TABLE_LOADED = 17;
    public static final int STACK_POINTER_MOVED = 18;
    public static final int MODE_SWITCHED = 19;
    public static final int MACHINE_STOPPED = 20;

    // Address spaces
    public static final int ADDRESS_SPACE_CREATED = 24;
    public static final int ADDRESS_SPACE_RETIRED = 25;
    public static final int ADDRESS_SPACE_SWITCHED = 26;

    // Paging entries
    public static final int PAGE_MAPPED = 32;
    public static final int PAGE_UNMAPPED = 33;
    public static final int PAGE_REMAPPED = 34;
    public static final int PAGE_PROTECTED = 35;
    public static final int TABLE_LINKED = 36;
    public static final int TABLE_UNLINKED = 37;
    public static final int TABLE_RELINKED = 38;
    public static final int TABLE_PROTECTED = 39;
    public static final int PAGE_SPLIT = 40;
    public static final int PAGE_MERGED = 41;
    public static final int ENTRY_MARKED = 42;

    // TLB
    public static final int TLB_FILLED = 48;
    public static final int WALK_CACHE_FILLED = 49;
    public static final int TLB_INVALIDATED = 50;
    public static final int TLB_FLUSHED = 51;
    public static final int CHANGED_ENTRY_USED = 52;

    // Faults
    public static final int PAGE_FAULTED = 56;
    public static final int PAGE_FAULT_RESOLVED = 57;
    public static final int DOUBLE_FAULTED = 58;
    public static final int TRIPLE_FAULTED = 59;
    public static final int INTERRUPT_TAKEN = 60;
    public static final int INTERRUPT_RETURNED = 61;
    public static final int PROCESSOR_HALTED = 62;

    // Frames
    public static final int FRAMES_ALLOCATED = 64;
    public static final int FRAMES_FREED = 65;
    public static final int FRAMES_LOCKED = 66;
    public static final int FRAME_SHARED = 67;
    public static final int FRAME_UNSHARED = 68;
    public static final int FRAME_CLEARED = 69;
    public static final int FRAME_COPIED = 70;

    // Processes
    public static final int PROCESS_CREATED = 72;
    public static final int USER_SEGMENT_LOADED = 73;
    public static final int PROGRAM_BREAK_MOVED = 74;
    public static final int LIBRARY_MAPPED = 75;
    public static final int PROCESS_EXITED = 76;

    // Accesses
    public static final int ACCESSES_COUNTED = 80;
    public static final int ACCESSED = 81;

    /** Upper bound (exclusive) of the numbers in use: the size of a table indexed by them. */
    public static final int LIMIT = 82;

    private EventId() {}
}
