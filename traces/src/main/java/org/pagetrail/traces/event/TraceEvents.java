package org.pagetrail.traces.event;

import org.pagetrail.traces.event.Kinds.Bytes;
import org.pagetrail.traces.event.Kinds.Code;
import org.pagetrail.traces.event.Kinds.Count;
import org.pagetrail.traces.event.Kinds.Entry;
import org.pagetrail.traces.event.Kinds.ErrorCode;
import org.pagetrail.traces.event.Kinds.Flag;
import org.pagetrail.traces.event.Kinds.Frame;
import org.pagetrail.traces.event.Kinds.Index;
import org.pagetrail.traces.event.Kinds.Level;
import org.pagetrail.traces.event.Kinds.Linear;
import org.pagetrail.traces.event.Kinds.OptionalIndex;
import org.pagetrail.traces.event.Kinds.Page;
import org.pagetrail.traces.event.Kinds.Physical;
import org.pagetrail.traces.event.Kinds.Pid;
import org.pagetrail.traces.event.Kinds.Privilege;
import org.pagetrail.traces.event.Kinds.RightsMask;
import org.pagetrail.traces.event.Kinds.Symbol;
import org.pagetrail.traces.event.Kinds.Tick;
import org.pagetrail.traces.event.Kinds.Value;

/**
 * The vocabulary: everything that a recording can say, one method an event.
 *
 * <p>Events are facts in the past tense, told directly after the change of state that they report, in the order in
 * which the changes happened. The recorder calls this interface; the journal's writer, the fold of the machine's
 * state, the portable trace and every collector implement it; the journal's reader drives it.
 *
 * <p>Addresses are bytes, pages and frames are numbers (an address shifted right by the base page size), entries are
 * the raw words with an absent one (P=0) always 0. All are {@code long}, and level and page size are data, so that
 * the same vocabulary carries paging modes with wider entries and more levels. The first parameter of every event is
 * the tick, in model cycles since the recording began. The ordinal is the event's position in the trace, from 0;
 * whoever drives the interface counts it.
 *
 * <p>What an event says is a sentence in its annotation and not a comment, because the documentation is generated
 * from it. {@link EventCatalog} derives the JSON names, the documentation and the digest in a journal's header from
 * the annotations here; {@link FlatEvents} and {@link EventDispatch} are the same list as data, and a test holds the
 * three together.
 */
public interface TraceEvents {
    /** The longest text of a {@code symbol-defined}, in bytes of UTF-8. */
    int LONGEST_TEXT = 8 << 10;

    // Structure

    @Event(id = EventId.SYMBOL_DEFINED, since = 1, says = "A text got the number that later events name it by.")
    void symbolDefined(@Tick long tick, @Index int id, String text);

    @Event(id = EventId.PHASE_BEGAN, since = 1, says = "A phase of the recorded run began.")
    void phaseBegan(@Tick long tick, @Symbol int symbol);

    @Event(id = EventId.PHASE_ENDED, since = 1, says = "A phase of the recorded run ended.")
    void phaseEnded(@Tick long tick, @Symbol int symbol);

    // Firmware

    @Event(
            id = EventId.MEMORY_REGION_REPORTED,
            since = 1,
            says = "The firmware reported what a range of physical memory is.")
    void memoryRegionReported(
            @Tick long tick, @Physical long physical, @Bytes long size, @Code(MemoryType.class) int type);

    @Event(id = EventId.MODULE_LOADED, since = 1, says = "The boot loader left a module in memory.")
    void moduleLoaded(@Tick long tick, @Physical long physical, @Bytes long size, @Symbol int name);

    @Event(
            id = EventId.KERNEL_SEGMENT_LOADED,
            since = 1,
            says = "The boot loader placed a loadable segment of the kernel image.")
    void kernelSegmentLoaded(
            @Tick long tick,
            @Physical long physical,
            @Linear long linear,
            @Bytes long fileSize,
            @Bytes long memorySize,
            @RightsMask int rights);

    // Control

    @Event(id = EventId.CONTROL_REGISTER_WRITTEN, since = 1, says = "MOV to a control register took effect.")
    void controlRegisterWritten(
            @Tick long tick,
            @Code(ControlRegister.class) int register,
            @Value long was,
            @Value long now,
            @Linear long ip,
            @Linear long sp,
            @Privilege int cpl);

    @Event(
            id = EventId.DESCRIPTOR_TABLE_LOADED,
            since = 1,
            says =
                    "LGDT, LIDT, LLDT or LTR named a table; its limit is its last byte, its handler the address in an interrupt"
                            + " table's gate for #PF, 0 when it has none.")
    void descriptorTableLoaded(
            @Tick long tick,
            @Code(DescriptorTable.class) int table,
            @Linear long linear,
            @Bytes long limit,
            @Linear long handler);

    @Event(id = EventId.STACK_POINTER_MOVED, since = 1, says = "The stack pointer moved to another page.")
    void stackPointerMoved(@Tick long tick, @Page long page);

    @Event(id = EventId.MODE_SWITCHED, since = 1, says = "The processor changed between supervisor and user mode.")
    void modeSwitched(@Tick long tick, @Code(Mode.class) int from, @Code(Mode.class) int to);

    @Event(id = EventId.MACHINE_STOPPED, since = 1, says = "The recorded machine stopped; nothing comes after it.")
    void machineStopped(@Tick long tick, @Code(StopReason.class) int reason);

    // Address spaces

    @Event(id = EventId.ADDRESS_SPACE_CREATED, since = 1, says = "A directory became the root of an address space.")
    void addressSpaceCreated(@Tick long tick, @Frame long directory, @Pid int pid, @Symbol int symbol);

    @Event(
            id = EventId.ADDRESS_SPACE_RETIRED,
            since = 1,
            says = "A directory stopped being the root of an address space.")
    void addressSpaceRetired(@Tick long tick, @Frame long directory, @Pid int pid, @Symbol int symbol);

    @Event(id = EventId.ADDRESS_SPACE_SWITCHED, since = 1, says = "The kernel went over to another address space.")
    void addressSpaceSwitched(@Tick long tick, @Frame long directory, @Pid int pid, @Symbol int symbol);

    // Paging entries

    @Event(id = EventId.PAGE_MAPPED, since = 1, says = "An absent entry became a leaf.")
    void pageMapped(
            @Tick long tick,
            @Frame long table,
            @Index int slot,
            @Entry long was,
            @Entry long now,
            @Linear long linear,
            @Level int level,
            @Frame long directory,
            @Code(EntryCause.class) int cause);

    @Event(id = EventId.PAGE_UNMAPPED, since = 1, says = "A leaf became absent.")
    void pageUnmapped(
            @Tick long tick,
            @Frame long table,
            @Index int slot,
            @Entry long was,
            @Entry long now,
            @Linear long linear,
            @Level int level,
            @Frame long directory,
            @Code(EntryCause.class) int cause);

    @Event(id = EventId.PAGE_REMAPPED, since = 1, says = "A leaf went to another frame, whatever else of it changed.")
    void pageRemapped(
            @Tick long tick,
            @Frame long table,
            @Index int slot,
            @Entry long was,
            @Entry long now,
            @Linear long linear,
            @Level int level,
            @Frame long directory,
            @Code(EntryCause.class) int cause);

    @Event(
            id = EventId.PAGE_PROTECTED,
            since = 1,
            says = "A leaf kept its frame; rights, memory type, G or available bits changed.")
    void pageProtected(
            @Tick long tick,
            @Frame long table,
            @Index int slot,
            @Entry long was,
            @Entry long now,
            @Linear long linear,
            @Level int level,
            @Frame long directory,
            @Code(EntryCause.class) int cause);

    @Event(id = EventId.TABLE_LINKED, since = 1, says = "An absent entry became a reference to a table.")
    void tableLinked(
            @Tick long tick,
            @Frame long table,
            @Index int slot,
            @Entry long was,
            @Entry long now,
            @Linear long linear,
            @Level int level,
            @Frame long directory,
            @Code(EntryCause.class) int cause);

    @Event(id = EventId.TABLE_UNLINKED, since = 1, says = "A reference to a table became absent.")
    void tableUnlinked(
            @Tick long tick,
            @Frame long table,
            @Index int slot,
            @Entry long was,
            @Entry long now,
            @Linear long linear,
            @Level int level,
            @Frame long directory,
            @Code(EntryCause.class) int cause);

    @Event(
            id = EventId.TABLE_RELINKED,
            since = 1,
            says = "A reference to a table went to another table, whatever else of it changed.")
    void tableRelinked(
            @Tick long tick,
            @Frame long table,
            @Index int slot,
            @Entry long was,
            @Entry long now,
            @Linear long linear,
            @Level int level,
            @Frame long directory,
            @Code(EntryCause.class) int cause);

    @Event(
            id = EventId.TABLE_PROTECTED,
            since = 1,
            says = "A reference to a table kept its table and changed any other bit than A and D.")
    void tableProtected(
            @Tick long tick,
            @Frame long table,
            @Index int slot,
            @Entry long was,
            @Entry long now,
            @Linear long linear,
            @Level int level,
            @Frame long directory,
            @Code(EntryCause.class) int cause);

    @Event(id = EventId.PAGE_SPLIT, since = 1, says = "A leaf of a large page became a reference to a table.")
    void pageSplit(
            @Tick long tick,
            @Frame long table,
            @Index int slot,
            @Entry long was,
            @Entry long now,
            @Linear long linear,
            @Level int level,
            @Frame long directory,
            @Code(EntryCause.class) int cause);

    @Event(id = EventId.PAGE_MERGED, since = 1, says = "A reference to a table became the leaf of a large page.")
    void pageMerged(
            @Tick long tick,
            @Frame long table,
            @Index int slot,
            @Entry long was,
            @Entry long now,
            @Linear long linear,
            @Level int level,
            @Frame long directory,
            @Code(EntryCause.class) int cause);

    @Event(id = EventId.ENTRY_MARKED, since = 1, says = "Nothing but A or D of an entry changed.")
    void entryMarked(
            @Tick long tick,
            @Frame long table,
            @Index int slot,
            @Entry long was,
            @Entry long now,
            @Linear long linear,
            @Level int level,
            @Frame long directory,
            @Code(EntryCause.class) int cause);

    // TLB

    @Event(
            id = EventId.TLB_FILLED,
            since = 1,
            says = "A first-level TLB took a translation; a walk also fills the second level.")
    void tlbFilled(
            @Tick long tick,
            @Code(Tlb.class) int tlb,
            @Index int set,
            @Index int way,
            @OptionalIndex int secondLevelWay,
            @Page long page,
            @Entry long pde,
            @Entry long pte,
            @RightsMask int rights,
            @Flag int dirty,
            @Flag int global,
            @Code(FillCause.class) int cause,
            @Count long walkReferences);

    /**
     * Tells a run of fills, which means the same as to tell each. For those to whom very many fills matter: a call for each of a
     * dozen numbers costs more than what is done with them. The run is the caller's, and valid only during the call.
     */
    default void tlbFilled(TlbFills fills) {
        for (int i = 0; i < fills.count(); i++) {
            fills.tell(i, this);
        }
    }

    /**
     * How many fills a run may have that is told here while they happen, at most {@link TlbFills#CAPACITY}: 1 for whoever looks at the
     * machine after each event, 0 when fills are of no interest. They may be told all the same then, but need not be put together.
     */
    default int longestRun() {
        return TlbFills.CAPACITY;
    }

    @Event(
            id = EventId.WALK_CACHE_FILLED,
            since = 1,
            says = "A walk left its directory entry in the paging-structure cache.")
    void walkCacheFilled(@Tick long tick, @Index int set, @Index int way, @Linear long linear, @Entry long entry);

    @Event(
            id = EventId.TLB_INVALIDATED,
            since = 1,
            says = "The translations of one page were dropped, and directory entries with them.")
    void tlbInvalidated(
            @Tick long tick,
            @Code(FlushCause.class) int cause,
            @Linear long linear,
            @Count long dropped,
            @Count long kept,
            @Count long walkCacheDropped);

    @Event(id = EventId.TLB_FLUSHED, since = 1, says = "Translations of all pages were dropped; those kept are global.")
    void tlbFlushed(
            @Tick long tick,
            @Code(FlushCause.class) int cause,
            @Count long dropped,
            @Count long kept,
            @Count long walkCacheDropped);

    @Event(
            id = EventId.CHANGED_ENTRY_USED,
            since = 1,
            says = "A cached translation was used after an entry that it derives from had changed.")
    void changedEntryUsed(
            @Tick long tick,
            @Code(Tlb.class) int tlb,
            @Index int set,
            @Index int way,
            @Linear long linear,
            @Code(AccessKind.class) int kind,
            @Privilege int cpl,
            @Linear long ip);

    // Faults

    @Event(id = EventId.PAGE_FAULTED, since = 1, says = "An access raised #PF; CR2 is its linear address.")
    void pageFaulted(
            @Tick long tick,
            @Linear long linear,
            @ErrorCode int errorCode,
            @Linear long ip,
            @Linear long sp,
            @Privilege int cpl,
            @Flag int ac,
            @Count long walkReferences);

    @Event(id = EventId.PAGE_FAULT_RESOLVED, since = 1, says = "The kernel answered a page fault.")
    void pageFaultResolved(@Tick long tick, @Linear long linear, @Code(FaultResolution.class) int how);

    @Event(
            id = EventId.DOUBLE_FAULTED,
            since = 1,
            says = "Delivering a fault raised another: #DF. CR2 and code are those of the last #PF.")
    void doubleFaulted(
            @Tick long tick,
            @Linear long linear,
            @ErrorCode int errorCode,
            @Linear long ip,
            @Linear long sp,
            @Privilege int cpl,
            @Flag int ac);

    @Event(id = EventId.TRIPLE_FAULTED, since = 1, says = "Delivering #DF raised a fault: the processor shuts down.")
    void tripleFaulted(
            @Tick long tick,
            @Linear long linear,
            @ErrorCode int errorCode,
            @Linear long ip,
            @Linear long sp,
            @Privilege int cpl,
            @Flag int ac);

    @Event(
            id = EventId.INTERRUPT_TAKEN,
            since = 1,
            says = "The processor took an interrupt, a device's or INT's, and begins to deliver it.")
    void interruptTaken(
            @Tick long tick, @Index int vector, @Linear long ip, @Linear long sp, @Privilege int cpl, @Flag int ac);

    @Event(
            id = EventId.INTERRUPT_RETURNED,
            since = 1,
            says = "IRET went back to what a fault or an interrupt had interrupted.")
    void interruptReturned(@Tick long tick, @Linear long ip, @Privilege int cpl, @Flag int ac);

    @Event(id = EventId.PROCESSOR_HALTED, since = 1, says = "HLT: the processor waited for an interrupt.")
    void processorHalted(@Tick long tick, @Count long cycles);

    // Frames

    @Event(id = EventId.FRAMES_ALLOCATED, since = 1, says = "A run of page frames was taken from the free ones.")
    void framesAllocated(@Tick long tick, @Frame long frame, @Count long count, @Symbol int use);

    @Event(id = EventId.FRAMES_FREED, since = 1, says = "A run of page frames went back to the free ones.")
    void framesFreed(@Tick long tick, @Frame long frame, @Count long count, @Symbol int use);

    @Event(id = EventId.FRAMES_LOCKED, since = 1, says = "A run of page frames was taken out of allocation for good.")
    void framesLocked(@Tick long tick, @Frame long frame, @Count long count, @Symbol int use);

    @Event(id = EventId.FRAME_SHARED, since = 1, says = "A page frame got one more user.")
    void frameShared(@Tick long tick, @Frame long frame, @Count long references);

    @Event(id = EventId.FRAME_UNSHARED, since = 1, says = "A page frame lost one of its users.")
    void frameUnshared(@Tick long tick, @Frame long frame, @Count long references);

    @Event(id = EventId.FRAME_CLEARED, since = 1, says = "A page frame was filled with zeros.")
    void frameCleared(@Tick long tick, @Frame long frame);

    @Event(id = EventId.FRAME_COPIED, since = 1, says = "A page frame got the contents of another.")
    void frameCopied(@Tick long tick, @Frame long source, @Frame long destination);

    // Processes

    @Event(id = EventId.PROCESS_CREATED, since = 1, says = "A process came to be.")
    void processCreated(@Tick long tick, @Pid int pid, @Pid int parent, @Frame long directory, @Symbol int name);

    @Event(
            id = EventId.USER_SEGMENT_LOADED,
            since = 1,
            says = "A loadable segment of a program was placed in a process.")
    void userSegmentLoaded(
            @Tick long tick,
            @Pid int pid,
            @Linear long linear,
            @Bytes long fileSize,
            @Bytes long memorySize,
            @RightsMask int rights);

    @Event(id = EventId.PROGRAM_BREAK_MOVED, since = 1, says = "The end of a process's heap moved.")
    void programBreakMoved(@Tick long tick, @Pid int pid, @Linear long was, @Linear long now);

    @Event(id = EventId.LIBRARY_MAPPED, since = 1, says = "A shared library was mapped into a process.")
    void libraryMapped(
            @Tick long tick,
            @Pid int pid,
            @Linear long linear,
            @Bytes long size,
            @RightsMask int rights,
            @Symbol int name);

    @Event(id = EventId.PROCESS_EXITED, since = 1, says = "A process ended.")
    void processExited(@Tick long tick, @Pid int pid, @Count long status);

    // Accesses

    @Event(
            id = EventId.ACCESSES_COUNTED,
            since = 1,
            says = "The accesses since the last such event: by kind, and by what served them.")
    void accessesCounted(
            @Tick long tick,
            @Count long reads,
            @Count long writes,
            @Count long fetches,
            @Count long unpaged,
            @Count long hits,
            @Count long secondLevelHits,
            @Count long walks);

    @Event(id = EventId.ACCESSED, since = 1, says = "One access; journalled on request only.")
    void accessed(
            @Tick long tick,
            @Linear long linear,
            @Code(AccessKind.class) int kind,
            @Bytes long size,
            @Privilege int cpl,
            @Linear long ip);
}
