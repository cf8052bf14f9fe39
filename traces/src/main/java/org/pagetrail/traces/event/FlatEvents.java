package org.pagetrail.traces.event;

/**
 * The vocabulary as one call: every event arrives as its number, its tick and its fields in declared order.
 *
 * <p>For those to whom all events are alike: the journal's encoder, the portable trace, filters, counters.
 * {@link EventDispatch} is the way back. Nothing is allocated: the array of fields is one, overwritten by the next event.
 */
public abstract class FlatEvents implements TraceEvents {
    /** The most fields that an event has, the tick left out. */
    public static final int MAX_FIELDS = 12;

    private final long[] fields = new long[MAX_FIELDS];

    /**
     * One event.
     *
     * @param id the event's number, one of {@link EventId}
     * @param tick model cycles
     * @param fields the fields in declared order; valid only during the call
     * @param count how many of them this event has
     * @param text the text of {@code symbol-defined}, else null
     */
    protected abstract void event(int id, long tick, long[] fields, int count, String text);

    @Override
    public final void symbolDefined(long tick, int id, String text) {
        fields[0] = id;
        event(EventId.SYMBOL_DEFINED, tick, fields, 1, text);
    }

    @Override
    public final void phaseBegan(long tick, int symbol) {
        fields[0] = symbol;
        event(EventId.PHASE_BEGAN, tick, fields, 1, null);
    }

    @Override
    public final void phaseEnded(long tick, int symbol) {
        fields[0] = symbol;
        event(EventId.PHASE_ENDED, tick, fields, 1, null);
    }

    @Override
    public final void memoryRegionReported(long tick, long physical, long size, int type) {
        fields[0] = physical;
        fields[1] = size;
        fields[2] = type;
        event(EventId.MEMORY_REGION_REPORTED, tick, fields, 3, null);
    }

    @Override
    public final void moduleLoaded(long tick, long physical, long size, int name) {
        fields[0] = physical;
        fields[1] = size;
        fields[2] = name;
        event(EventId.MODULE_LOADED, tick, fields, 3, null);
    }

    @Override
    public final void kernelSegmentLoaded(
            long tick, long physical, long linear, long fileSize, long memorySize, int rights) {
        fields[0] = physical;
        fields[1] = linear;
        fields[2] = fileSize;
        fields[3] = memorySize;
        fields[4] = rights;
        event(EventId.KERNEL_SEGMENT_LOADED, tick, fields, 5, null);
    }

    @Override
    public final void controlRegisterWritten(long tick, int register, long was, long now, long ip, long sp, int cpl) {
        fields[0] = register;
        fields[1] = was;
        fields[2] = now;
        fields[3] = ip;
        fields[4] = sp;
        fields[5] = cpl;
        event(EventId.CONTROL_REGISTER_WRITTEN, tick, fields, 6, null);
    }

    @Override
    public final void descriptorTableLoaded(long tick, int table, long linear, long limit, long handler) {
        fields[0] = table;
        fields[1] = linear;
        fields[2] = limit;
        fields[3] = handler;
        event(EventId.DESCRIPTOR_TABLE_LOADED, tick, fields, 4, null);
    }

    @Override
    public final void stackPointerMoved(long tick, long page) {
        fields[0] = page;
        event(EventId.STACK_POINTER_MOVED, tick, fields, 1, null);
    }

    @Override
    public final void modeSwitched(long tick, int from, int to) {
        fields[0] = from;
        fields[1] = to;
        event(EventId.MODE_SWITCHED, tick, fields, 2, null);
    }

    @Override
    public final void machineStopped(long tick, int reason) {
        fields[0] = reason;
        event(EventId.MACHINE_STOPPED, tick, fields, 1, null);
    }

    @Override
    public final void addressSpaceCreated(long tick, long directory, int pid, int symbol) {
        fields[0] = directory;
        fields[1] = pid;
        fields[2] = symbol;
        event(EventId.ADDRESS_SPACE_CREATED, tick, fields, 3, null);
    }

    @Override
    public final void addressSpaceRetired(long tick, long directory, int pid, int symbol) {
        fields[0] = directory;
        fields[1] = pid;
        fields[2] = symbol;
        event(EventId.ADDRESS_SPACE_RETIRED, tick, fields, 3, null);
    }

    @Override
    public final void addressSpaceSwitched(long tick, long directory, int pid, int symbol) {
        fields[0] = directory;
        fields[1] = pid;
        fields[2] = symbol;
        event(EventId.ADDRESS_SPACE_SWITCHED, tick, fields, 3, null);
    }

    @Override
    public final void pageMapped(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        fields[0] = table;
        fields[1] = slot;
        fields[2] = was;
        fields[3] = now;
        fields[4] = linear;
        fields[5] = level;
        fields[6] = directory;
        fields[7] = cause;
        event(EventId.PAGE_MAPPED, tick, fields, 8, null);
    }

    @Override
    public final void pageUnmapped(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        fields[0] = table;
        fields[1] = slot;
        fields[2] = was;
        fields[3] = now;
        fields[4] = linear;
        fields[5] = level;
        fields[6] = directory;
        fields[7] = cause;
        event(EventId.PAGE_UNMAPPED, tick, fields, 8, null);
    }

    @Override
    public final void pageRemapped(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        fields[0] = table;
        fields[1] = slot;
        fields[2] = was;
        fields[3] = now;
        fields[4] = linear;
        fields[5] = level;
        fields[6] = directory;
        fields[7] = cause;
        event(EventId.PAGE_REMAPPED, tick, fields, 8, null);
    }

    @Override
    public final void pageProtected(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        fields[0] = table;
        fields[1] = slot;
        fields[2] = was;
        fields[3] = now;
        fields[4] = linear;
        fields[5] = level;
        fields[6] = directory;
        fields[7] = cause;
        event(EventId.PAGE_PROTECTED, tick, fields, 8, null);
    }

    @Override
    public final void tableLinked(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        fields[0] = table;
        fields[1] = slot;
        fields[2] = was;
        fields[3] = now;
        fields[4] = linear;
        fields[5] = level;
        fields[6] = directory;
        fields[7] = cause;
        event(EventId.TABLE_LINKED, tick, fields, 8, null);
    }

    @Override
    public final void tableUnlinked(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        fields[0] = table;
        fields[1] = slot;
        fields[2] = was;
        fields[3] = now;
        fields[4] = linear;
        fields[5] = level;
        fields[6] = directory;
        fields[7] = cause;
        event(EventId.TABLE_UNLINKED, tick, fields, 8, null);
    }

    @Override
    public final void tableRelinked(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        fields[0] = table;
        fields[1] = slot;
        fields[2] = was;
        fields[3] = now;
        fields[4] = linear;
        fields[5] = level;
        fields[6] = directory;
        fields[7] = cause;
        event(EventId.TABLE_RELINKED, tick, fields, 8, null);
    }

    @Override
    public final void tableProtected(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        fields[0] = table;
        fields[1] = slot;
        fields[2] = was;
        fields[3] = now;
        fields[4] = linear;
        fields[5] = level;
        fields[6] = directory;
        fields[7] = cause;
        event(EventId.TABLE_PROTECTED, tick, fields, 8, null);
    }

    @Override
    public final void pageSplit(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        fields[0] = table;
        fields[1] = slot;
        fields[2] = was;
        fields[3] = now;
        fields[4] = linear;
        fields[5] = level;
        fields[6] = directory;
        fields[7] = cause;
        event(EventId.PAGE_SPLIT, tick, fields, 8, null);
    }

    @Override
    public final void pageMerged(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        fields[0] = table;
        fields[1] = slot;
        fields[2] = was;
        fields[3] = now;
        fields[4] = linear;
        fields[5] = level;
        fields[6] = directory;
        fields[7] = cause;
        event(EventId.PAGE_MERGED, tick, fields, 8, null);
    }

    @Override
    public final void entryMarked(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        fields[0] = table;
        fields[1] = slot;
        fields[2] = was;
        fields[3] = now;
        fields[4] = linear;
        fields[5] = level;
        fields[6] = directory;
        fields[7] = cause;
        event(EventId.ENTRY_MARKED, tick, fields, 8, null);
    }

    @Override
    public final void tlbFilled(
            long tick,
            int tlb,
            int set,
            int way,
            int secondLevelWay,
            long page,
            long pde,
            long pte,
            int rights,
            int dirty,
            int global,
            int cause,
            long walkReferences) {
        fields[0] = tlb;
        fields[1] = set;
        fields[2] = way;
        fields[3] = secondLevelWay;
        fields[4] = page;
        fields[5] = pde;
        fields[6] = pte;
        fields[7] = rights;
        fields[8] = dirty;
        fields[9] = global;
        fields[10] = cause;
        fields[11] = walkReferences;
        event(EventId.TLB_FILLED, tick, fields, 12, null);
    }

    @Override
    public final void walkCacheFilled(long tick, int set, int way, long linear, long entry) {
        fields[0] = set;
        fields[1] = way;
        fields[2] = linear;
        fields[3] = entry;
        event(EventId.WALK_CACHE_FILLED, tick, fields, 4, null);
    }

    @Override
    public final void tlbInvalidated(
            long tick, int cause, long linear, long dropped, long kept, long walkCacheDropped) {
        fields[0] = cause;
        fields[1] = linear;
        fields[2] = dropped;
        fields[3] = kept;
        fields[4] = walkCacheDropped;
        event(EventId.TLB_INVALIDATED, tick, fields, 5, null);
    }

    @Override
    public final void tlbFlushed(long tick, int cause, long dropped, long kept, long walkCacheDropped) {
        fields[0] = cause;
        fields[1] = dropped;
        fields[2] = kept;
        fields[3] = walkCacheDropped;
        event(EventId.TLB_FLUSHED, tick, fields, 4, null);
    }

    @Override
    public final void changedEntryUsed(long tick, int tlb, int set, int way, long linear, int kind, int cpl, long ip) {
        fields[0] = tlb;
        fields[1] = set;
        fields[2] = way;
        fields[3] = linear;
        fields[4] = kind;
        fields[5] = cpl;
        fields[6] = ip;
        event(EventId.CHANGED_ENTRY_USED, tick, fields, 7, null);
    }

    @Override
    public final void pageFaulted(
            long tick, long linear, int errorCode, long ip, long sp, int cpl, int ac, long walkReferences) {
        fields[0] = linear;
        fields[1] = errorCode;
        fields[2] = ip;
        fields[3] = sp;
        fields[4] = cpl;
        fields[5] = ac;
        fields[6] = walkReferences;
        event(EventId.PAGE_FAULTED, tick, fields, 7, null);
    }

    @Override
    public final void pageFaultResolved(long tick, long linear, int how) {
        fields[0] = linear;
        fields[1] = how;
        event(EventId.PAGE_FAULT_RESOLVED, tick, fields, 2, null);
    }

    @Override
    public final void doubleFaulted(long tick, long linear, int errorCode, long ip, long sp, int cpl, int ac) {
        fields[0] = linear;
        fields[1] = errorCode;
        fields[2] = ip;
        fields[3] = sp;
        fields[4] = cpl;
        fields[5] = ac;
        event(EventId.DOUBLE_FAULTED, tick, fields, 6, null);
    }

    @Override
    public final void tripleFaulted(long tick, long linear, int errorCode, long ip, long sp, int cpl, int ac) {
        fields[0] = linear;
        fields[1] = errorCode;
        fields[2] = ip;
        fields[3] = sp;
        fields[4] = cpl;
        fields[5] = ac;
        event(EventId.TRIPLE_FAULTED, tick, fields, 6, null);
    }

    @Override
    public final void interruptTaken(long tick, int vector, long ip, long sp, int cpl, int ac) {
        fields[0] = vector;
        fields[1] = ip;
        fields[2] = sp;
        fields[3] = cpl;
        fields[4] = ac;
        event(EventId.INTERRUPT_TAKEN, tick, fields, 5, null);
    }

    @Override
    public final void interruptReturned(long tick, long ip, int cpl, int ac) {
        fields[0] = ip;
        fields[1] = cpl;
        fields[2] = ac;
        event(EventId.INTERRUPT_RETURNED, tick, fields, 3, null);
    }

    @Override
    public final void processorHalted(long tick, long cycles) {
        fields[0] = cycles;
        event(EventId.PROCESSOR_HALTED, tick, fields, 1, null);
    }

    @Override
    public final void framesAllocated(long tick, long frame, long count, int use) {
        fields[0] = frame;
        fields[1] = count;
        fields[2] = use;
        event(EventId.FRAMES_ALLOCATED, tick, fields, 3, null);
    }

    @Override
    public final void framesFreed(long tick, long frame, long count, int use) {
        fields[0] = frame;
        fields[1] = count;
        fields[2] = use;
        event(EventId.FRAMES_FREED, tick, fields, 3, null);
    }

    @Override
    public final void framesLocked(long tick, long frame, long count, int use) {
        fields[0] = frame;
        fields[1] = count;
        fields[2] = use;
        event(EventId.FRAMES_LOCKED, tick, fields, 3, null);
    }

    @Override
    public final void frameShared(long tick, long frame, long references) {
        fields[0] = frame;
        fields[1] = references;
        event(EventId.FRAME_SHARED, tick, fields, 2, null);
    }

    @Override
    public final void frameUnshared(long tick, long frame, long references) {
        fields[0] = frame;
        fields[1] = references;
        event(EventId.FRAME_UNSHARED, tick, fields, 2, null);
    }

    @Override
    public final void frameCleared(long tick, long frame) {
        fields[0] = frame;
        event(EventId.FRAME_CLEARED, tick, fields, 1, null);
    }

    @Override
    public final void frameCopied(long tick, long source, long destination) {
        fields[0] = source;
        fields[1] = destination;
        event(EventId.FRAME_COPIED, tick, fields, 2, null);
    }

    @Override
    public final void processCreated(long tick, int pid, int parent, long directory, int name) {
        fields[0] = pid;
        fields[1] = parent;
        fields[2] = directory;
        fields[3] = name;
        event(EventId.PROCESS_CREATED, tick, fields, 4, null);
    }

    @Override
    public final void userSegmentLoaded(long tick, int pid, long linear, long fileSize, long memorySize, int rights) {
        fields[0] = pid;
        fields[1] = linear;
        fields[2] = fileSize;
        fields[3] = memorySize;
        fields[4] = rights;
        event(EventId.USER_SEGMENT_LOADED, tick, fields, 5, null);
    }

    @Override
    public final void programBreakMoved(long tick, int pid, long was, long now) {
        fields[0] = pid;
        fields[1] = was;
        fields[2] = now;
        event(EventId.PROGRAM_BREAK_MOVED, tick, fields, 3, null);
    }

    @Override
    public final void libraryMapped(long tick, int pid, long linear, long size, int rights, int name) {
        fields[0] = pid;
        fields[1] = linear;
        fields[2] = size;
        fields[3] = rights;
        fields[4] = name;
        event(EventId.LIBRARY_MAPPED, tick, fields, 5, null);
    }

    @Override
    public final void processExited(long tick, int pid, long status) {
        fields[0] = pid;
        fields[1] = status;
        event(EventId.PROCESS_EXITED, tick, fields, 2, null);
    }

    @Override
    public final void accessesCounted(
            long tick,
            long reads,
            long writes,
            long fetches,
            long unpaged,
            long hits,
            long secondLevelHits,
            long walks) {
        fields[0] = reads;
        fields[1] = writes;
        fields[2] = fetches;
        fields[3] = unpaged;
        fields[4] = hits;
        fields[5] = secondLevelHits;
        fields[6] = walks;
        event(EventId.ACCESSES_COUNTED, tick, fields, 7, null);
    }

    @Override
    public final void accessed(long tick, long linear, int kind, long size, int cpl, long ip) {
        fields[0] = linear;
        fields[1] = kind;
        fields[2] = size;
        fields[3] = cpl;
        fields[4] = ip;
        event(EventId.ACCESSED, tick, fields, 5, null);
    }
}
