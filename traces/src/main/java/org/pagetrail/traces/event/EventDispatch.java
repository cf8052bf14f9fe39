package org.pagetrail.traces.event;

/** The way back from an event as data to the method of {@link TraceEvents} that says it. */
public final class EventDispatch {
    private EventDispatch() {}

    /** Whether an event has this number. */
    public static boolean has(int id) {
        return switch (id) {
            case EventId.SYMBOL_DEFINED,
                    EventId.PHASE_BEGAN,
                    EventId.PHASE_ENDED,
                    EventId.MEMORY_REGION_REPORTED,
                    EventId.MODULE_LOADED,
                    EventId.KERNEL_SEGMENT_LOADED,
                    EventId.CONTROL_REGISTER_WRITTEN,
                    EventId.DESCRIPTOR_TABLE_LOADED,
                    EventId.STACK_POINTER_MOVED,
                    EventId.MODE_SWITCHED,
                    EventId.MACHINE_STOPPED,
                    EventId.ADDRESS_SPACE_CREATED,
                    EventId.ADDRESS_SPACE_RETIRED,
                    EventId.ADDRESS_SPACE_SWITCHED,
                    EventId.PAGE_MAPPED,
                    EventId.PAGE_UNMAPPED,
                    EventId.PAGE_REMAPPED,
                    EventId.PAGE_PROTECTED,
                    EventId.TABLE_LINKED,
                    EventId.TABLE_UNLINKED,
                    EventId.TABLE_RELINKED,
                    EventId.TABLE_PROTECTED,
                    EventId.PAGE_SPLIT,
                    EventId.PAGE_MERGED,
                    EventId.ENTRY_MARKED,
                    EventId.TLB_FILLED,
                    EventId.WALK_CACHE_FILLED,
                    EventId.TLB_INVALIDATED,
                    EventId.TLB_FLUSHED,
                    EventId.CHANGED_ENTRY_USED,
                    EventId.PAGE_FAULTED,
                    EventId.PAGE_FAULT_RESOLVED,
                    EventId.DOUBLE_FAULTED,
                    EventId.TRIPLE_FAULTED,
                    EventId.INTERRUPT_TAKEN,
                    EventId.INTERRUPT_RETURNED,
                    EventId.PROCESSOR_HALTED,
                    EventId.FRAMES_ALLOCATED,
                    EventId.FRAMES_FREED,
                    EventId.FRAMES_LOCKED,
                    EventId.FRAME_SHARED,
                    EventId.FRAME_UNSHARED,
                    EventId.FRAME_CLEARED,
                    EventId.FRAME_COPIED,
                    EventId.PROCESS_CREATED,
                    EventId.USER_SEGMENT_LOADED,
                    EventId.PROGRAM_BREAK_MOVED,
                    EventId.LIBRARY_MAPPED,
                    EventId.PROCESS_EXITED,
                    EventId.ACCESSES_COUNTED,
                    EventId.ACCESSED -> true;
            default -> false;
        };
    }

    /**
     * Tells one event.
     *
     * @param id the event's number, one of {@link EventId}
     * @param tick model cycles
     * @param f the fields in declared order
     * @param text the text of {@code symbol-defined}, else null
     * @param out who is told
     * @throws IllegalArgumentException when no event has this number
     */
    public static void dispatch(int id, long tick, long[] f, String text, TraceEvents out) {
        switch (id) {
            case EventId.SYMBOL_DEFINED -> out.symbolDefined(tick, (int) f[0], text);
            case EventId.PHASE_BEGAN -> out.phaseBegan(tick, (int) f[0]);
            case EventId.PHASE_ENDED -> out.phaseEnded(tick, (int) f[0]);
            case EventId.MEMORY_REGION_REPORTED -> out.memoryRegionReported(tick, f[0], f[1], (int) f[2]);
            case EventId.MODULE_LOADED -> out.moduleLoaded(tick, f[0], f[1], (int) f[2]);
            case EventId.KERNEL_SEGMENT_LOADED -> out.kernelSegmentLoaded(tick, f[0], f[1], f[2], f[3], (int) f[4]);
            case EventId.CONTROL_REGISTER_WRITTEN ->
                out.controlRegisterWritten(tick, (int) f[0], f[1], f[2], f[3], f[4], (int) f[5]);
            case EventId.DESCRIPTOR_TABLE_LOADED -> out.descriptorTableLoaded(tick, (int) f[0], f[1], f[2], f[3]);
            case EventId.STACK_POINTER_MOVED -> out.stackPointerMoved(tick, f[0]);
            case EventId.MODE_SWITCHED -> out.modeSwitched(tick, (int) f[0], (int) f[1]);
            case EventId.MACHINE_STOPPED -> out.machineStopped(tick, (int) f[0]);
            case EventId.ADDRESS_SPACE_CREATED -> out.addressSpaceCreated(tick, f[0], (int) f[1], (int) f[2]);
            case EventId.ADDRESS_SPACE_RETIRED -> out.addressSpaceRetired(tick, f[0], (int) f[1], (int) f[2]);
            case EventId.ADDRESS_SPACE_SWITCHED -> out.addressSpaceSwitched(tick, f[0], (int) f[1], (int) f[2]);
            case EventId.PAGE_MAPPED ->
                out.pageMapped(tick, f[0], (int) f[1], f[2], f[3], f[4], (int) f[5], f[6], (int) f[7]);
            case EventId.PAGE_UNMAPPED ->
                out.pageUnmapped(tick, f[0], (int) f[1], f[2], f[3], f[4], (int) f[5], f[6], (int) f[7]);
            case EventId.PAGE_REMAPPED ->
                out.pageRemapped(tick, f[0], (int) f[1], f[2], f[3], f[4], (int) f[5], f[6], (int) f[7]);
            case EventId.PAGE_PROTECTED ->
                out.pageProtected(tick, f[0], (int) f[1], f[2], f[3], f[4], (int) f[5], f[6], (int) f[7]);
            case EventId.TABLE_LINKED ->
                out.tableLinked(tick, f[0], (int) f[1], f[2], f[3], f[4], (int) f[5], f[6], (int) f[7]);
            case EventId.TABLE_UNLINKED ->
                out.tableUnlinked(tick, f[0], (int) f[1], f[2], f[3], f[4], (int) f[5], f[6], (int) f[7]);
            case EventId.TABLE_RELINKED ->
                out.tableRelinked(tick, f[0], (int) f[1], f[2], f[3], f[4], (int) f[5], f[6], (int) f[7]);
            case EventId.TABLE_PROTECTED ->
                out.tableProtected(tick, f[0], (int) f[1], f[2], f[3], f[4], (int) f[5], f[6], (int) f[7]);
            case EventId.PAGE_SPLIT ->
                out.pageSplit(tick, f[0], (int) f[1], f[2], f[3], f[4], (int) f[5], f[6], (int) f[7]);
            case EventId.PAGE_MERGED ->
                out.pageMerged(tick, f[0], (int) f[1], f[2], f[3], f[4], (int) f[5], f[6], (int) f[7]);
            case EventId.ENTRY_MARKED ->
                out.entryMarked(tick, f[0], (int) f[1], f[2], f[3], f[4], (int) f[5], f[6], (int) f[7]);
            case EventId.TLB_FILLED ->
                out.tlbFilled(
                        tick,
                        (int) f[0],
                        (int) f[1],
                        (int) f[2],
                        (int) f[3],
                        f[4],
                        f[5],
                        f[6],
                        (int) f[7],
                        (int) f[8],
                        (int) f[9],
                        (int) f[10],
                        f[11]);
            case EventId.WALK_CACHE_FILLED -> out.walkCacheFilled(tick, (int) f[0], (int) f[1], f[2], f[3]);
            case EventId.TLB_INVALIDATED -> out.tlbInvalidated(tick, (int) f[0], f[1], f[2], f[3], f[4]);
            case EventId.TLB_FLUSHED -> out.tlbFlushed(tick, (int) f[0], f[1], f[2], f[3]);
            case EventId.CHANGED_ENTRY_USED ->
                out.changedEntryUsed(tick, (int) f[0], (int) f[1], (int) f[2], f[3], (int) f[4], (int) f[5], f[6]);
            case EventId.PAGE_FAULTED ->
                out.pageFaulted(tick, f[0], (int) f[1], f[2], f[3], (int) f[4], (int) f[5], f[6]);
            case EventId.PAGE_FAULT_RESOLVED -> out.pageFaultResolved(tick, f[0], (int) f[1]);
            case EventId.DOUBLE_FAULTED ->
                out.doubleFaulted(tick, f[0], (int) f[1], f[2], f[3], (int) f[4], (int) f[5]);
            case EventId.TRIPLE_FAULTED ->
                out.tripleFaulted(tick, f[0], (int) f[1], f[2], f[3], (int) f[4], (int) f[5]);
            case EventId.INTERRUPT_TAKEN -> out.interruptTaken(tick, (int) f[0], f[1], f[2], (int) f[3], (int) f[4]);
            case EventId.INTERRUPT_RETURNED -> out.interruptReturned(tick, f[0], (int) f[1], (int) f[2]);
            case EventId.PROCESSOR_HALTED -> out.processorHalted(tick, f[0]);
            case EventId.FRAMES_ALLOCATED -> out.framesAllocated(tick, f[0], f[1], (int) f[2]);
            case EventId.FRAMES_FREED -> out.framesFreed(tick, f[0], f[1], (int) f[2]);
            case EventId.FRAMES_LOCKED -> out.framesLocked(tick, f[0], f[1], (int) f[2]);
            case EventId.FRAME_SHARED -> out.frameShared(tick, f[0], f[1]);
            case EventId.FRAME_UNSHARED -> out.frameUnshared(tick, f[0], f[1]);
            case EventId.FRAME_CLEARED -> out.frameCleared(tick, f[0]);
            case EventId.FRAME_COPIED -> out.frameCopied(tick, f[0], f[1]);
            case EventId.PROCESS_CREATED -> out.processCreated(tick, (int) f[0], (int) f[1], f[2], (int) f[3]);
            case EventId.USER_SEGMENT_LOADED -> out.userSegmentLoaded(tick, (int) f[0], f[1], f[2], f[3], (int) f[4]);
            case EventId.PROGRAM_BREAK_MOVED -> out.programBreakMoved(tick, (int) f[0], f[1], f[2]);
            case EventId.LIBRARY_MAPPED -> out.libraryMapped(tick, (int) f[0], f[1], f[2], (int) f[3], (int) f[4]);
            case EventId.PROCESS_EXITED -> out.processExited(tick, (int) f[0], f[1]);
            case EventId.ACCESSES_COUNTED -> out.accessesCounted(tick, f[0], f[1], f[2], f[3], f[4], f[5], f[6]);
            case EventId.ACCESSED -> out.accessed(tick, f[0], (int) f[1], f[2], (int) f[3], f[4]);
            default -> throw new IllegalArgumentException("no event has the number " + id);
        }
    }
}
