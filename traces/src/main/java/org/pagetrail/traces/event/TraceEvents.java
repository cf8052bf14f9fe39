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
 * <p>Events are facts in the past tense, told directly after the change of state that they report, in the order in which
 * the changes happened. The recorder calls this interface; the journal's writer, the fold of the machine's state, the
 * portable trace and every collector implement it; the journal's reader drives it.
 *
 * <p>Addresses are bytes, pages and frames are numbers (an address shifted right by the base page size), entries are the
 * raw words with an absent one (P=0) always 0. All are {@code long}, and level and page size are data, so that the same
 * vocabulary carries paging modes with wider entries and more levels. The first parameter of every event is the tick, in
 * model cycles since the recording began. The ordinal is the event's position in the trace, from 0; whoever drives the
 * interface counts it.
 *
 * <p>{@link EventCatalog} derives the JSON names, the documentation and the digest in a journal's header from the
 * annotations here; {@link FlatEvents} and {@link EventDispatch} are the same list as data, and a test holds the three
 * together.
 */
public interface TraceEvents {

    // Structure

    /** A text got the number that later events name it by. */
    @Event(id = EventId.SYMBOL_DEFINED, since = 1)
    void symbolDefined(@Tick long tick, @Index int id, String text);

    /** A phase of the recorded run began. */
    @Event(id = EventId.PHASE_BEGAN, since = 1)
    void phaseBegan(@Tick long tick, @Symbol int symbol);

    /** A phase of the recorded run ended. */
    @Event(id = EventId.PHASE_ENDED, since = 1)
    void phaseEnded(@Tick long tick, @Symbol int symbol);

    // Firmware

    /** The firmware reported a range of physical memory. */
    @Event(id = EventId.MEMORY_REGION_REPORTED, since = 1)
    void memoryRegionReported(
            @Tick long tick, @Physical long physical, @Bytes long size, @Code(MemoryType.class) int type);

    /** The boot loader left a module in memory. */
    @Event(id = EventId.MODULE_LOADED, since = 1)
    void moduleLoaded(@Tick long tick, @Physical long physical, @Bytes long size, @Symbol int name);

    /** The boot loader placed a loadable segment of the kernel image. */
    @Event(id = EventId.KERNEL_SEGMENT_LOADED, since = 1)
    void kernelSegmentLoaded(
            @Tick long tick,
            @Physical long physical,
            @Linear long linear,
            @Bytes long fileSize,
            @Bytes long memorySize,
            @RightsMask int rights);

    // Control

    /** MOV to a control register took effect. */
    @Event(id = EventId.CONTROL_REGISTER_WRITTEN, since = 1)
    void controlRegisterWritten(
            @Tick long tick,
            @Code(ControlRegister.class) int register,
            @Value long was,
            @Value long now,
            @Linear long ip,
            @Linear long sp,
            @Privilege int cpl);

    /** LGDT, LIDT, LLDT or LTR named a table; its limit is its last byte. */
    @Event(id = EventId.DESCRIPTOR_TABLE_LOADED, since = 1)
    void descriptorTableLoaded(
            @Tick long tick, @Code(DescriptorTable.class) int table, @Linear long linear, @Bytes long limit);

    /** The stack pointer moved to another page. */
    @Event(id = EventId.STACK_POINTER_MOVED, since = 1)
    void stackPointerMoved(@Tick long tick, @Page long page);

    /** The processor changed between supervisor and user mode. */
    @Event(id = EventId.MODE_SWITCHED, since = 1)
    void modeSwitched(@Tick long tick, @Code(Mode.class) int from, @Code(Mode.class) int to);

    /** The recorded machine stopped; the last event of a recording. */
    @Event(id = EventId.MACHINE_STOPPED, since = 1)
    void machineStopped(@Tick long tick, @Code(StopReason.class) int reason);

    // Address spaces

    /** A directory became the root of an address space. */
    @Event(id = EventId.ADDRESS_SPACE_CREATED, since = 1)
    void addressSpaceCreated(@Tick long tick, @Frame long directory, @Pid int pid, @Symbol int symbol);

    /** A directory stopped being the root of an address space. */
    @Event(id = EventId.ADDRESS_SPACE_RETIRED, since = 1)
    void addressSpaceRetired(@Tick long tick, @Frame long directory, @Pid int pid, @Symbol int symbol);

    /** The kernel went over to another address space. */
    @Event(id = EventId.ADDRESS_SPACE_SWITCHED, since = 1)
    void addressSpaceSwitched(@Tick long tick, @Frame long directory, @Pid int pid, @Symbol int symbol);

    // Paging entries

    /** A word of a live paging structure went from absent to a leaf. */
    @Event(id = EventId.PAGE_MAPPED, since = 1)
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

    /** A leaf went absent. */
    @Event(id = EventId.PAGE_UNMAPPED, since = 1)
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

    /** A leaf went to another frame. */
    @Event(id = EventId.PAGE_REMAPPED, since = 1)
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

    /** A leaf kept its frame and changed its rights, memory type or available bits. */
    @Event(id = EventId.PAGE_PROTECTED, since = 1)
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

    /** A word went from absent to a reference to a table. */
    @Event(id = EventId.TABLE_LINKED, since = 1)
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

    /** A reference to a table went absent. */
    @Event(id = EventId.TABLE_UNLINKED, since = 1)
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

    /** A reference to a table went to another table. */
    @Event(id = EventId.TABLE_RELINKED, since = 1)
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

    /** A reference to a table kept its table and changed any other bit than A and D. */
    @Event(id = EventId.TABLE_PROTECTED, since = 1)
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

    /** A large leaf became a reference to a table. */
    @Event(id = EventId.PAGE_SPLIT, since = 1)
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

    /** A reference to a table became a large leaf. */
    @Event(id = EventId.PAGE_MERGED, since = 1)
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

    /** Only A or D of an entry changed. */
    @Event(id = EventId.ENTRY_MARKED, since = 1)
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

    /** A first-level TLB miss filled the way it names, and the second level's when a walk served it. */
    @Event(id = EventId.TLB_FILLED, since = 1)
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

    /** A walk left a directory entry in the paging-structure cache. */
    @Event(id = EventId.WALK_CACHE_FILLED, since = 1)
    void walkCacheFilled(@Tick long tick, @Index int set, @Index int way, @Linear long linear, @Entry long entry);

    /** The translations of one page were dropped. */
    @Event(id = EventId.TLB_INVALIDATED, since = 1)
    void tlbInvalidated(
            @Tick long tick,
            @Code(FlushCause.class) int cause,
            @Linear long linear,
            @Count long dropped,
            @Count long kept,
            @Count long walkCacheDropped);

    /** The TLBs were flushed. */
    @Event(id = EventId.TLB_FLUSHED, since = 1)
    void tlbFlushed(
            @Tick long tick,
            @Code(FlushCause.class) int cause,
            @Count long dropped,
            @Count long kept,
            @Count long walkCacheDropped);

    /** A cached translation was used after the entry it derives from had changed. */
    @Event(id = EventId.CHANGED_ENTRY_USED, since = 1)
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

    /** An access raised #PF; CR2 is its linear address. */
    @Event(id = EventId.PAGE_FAULTED, since = 1)
    void pageFaulted(
            @Tick long tick,
            @Linear long linear,
            @ErrorCode int errorCode,
            @Linear long ip,
            @Linear long sp,
            @Privilege int cpl,
            @Flag int ac,
            @Count long walkReferences);

    /** The kernel answered a page fault. */
    @Event(id = EventId.PAGE_FAULT_RESOLVED, since = 1)
    void pageFaultResolved(@Tick long tick, @Linear long linear, @Code(FaultResolution.class) int how);

    /** Delivering a fault raised another: #DF. */
    @Event(id = EventId.DOUBLE_FAULTED, since = 1)
    void doubleFaulted(
            @Tick long tick,
            @Linear long linear,
            @ErrorCode int errorCode,
            @Linear long ip,
            @Linear long sp,
            @Privilege int cpl,
            @Flag int ac);

    /** Delivering #DF raised a fault: the processor shuts down. */
    @Event(id = EventId.TRIPLE_FAULTED, since = 1)
    void tripleFaulted(
            @Tick long tick,
            @Linear long linear,
            @ErrorCode int errorCode,
            @Linear long ip,
            @Linear long sp,
            @Privilege int cpl,
            @Flag int ac);

    // Frames

    /** A run of page frames was taken from the free ones. */
    @Event(id = EventId.FRAMES_ALLOCATED, since = 1)
    void framesAllocated(@Tick long tick, @Frame long frame, @Count long count, @Symbol int use);

    /** A run of page frames went back to the free ones. */
    @Event(id = EventId.FRAMES_FREED, since = 1)
    void framesFreed(@Tick long tick, @Frame long frame, @Count long count, @Symbol int use);

    /** A run of page frames was taken out of allocation for good. */
    @Event(id = EventId.FRAMES_LOCKED, since = 1)
    void framesLocked(@Tick long tick, @Frame long frame, @Count long count, @Symbol int use);

    /** A page frame got one more user. */
    @Event(id = EventId.FRAME_SHARED, since = 1)
    void frameShared(@Tick long tick, @Frame long frame, @Count long references);

    /** A page frame lost one of its users. */
    @Event(id = EventId.FRAME_UNSHARED, since = 1)
    void frameUnshared(@Tick long tick, @Frame long frame, @Count long references);

    /** A page frame was filled with zeros. */
    @Event(id = EventId.FRAME_CLEARED, since = 1)
    void frameCleared(@Tick long tick, @Frame long frame);

    /** A page frame got the contents of another. */
    @Event(id = EventId.FRAME_COPIED, since = 1)
    void frameCopied(@Tick long tick, @Frame long source, @Frame long destination);

    // Processes

    /** A process came to be. */
    @Event(id = EventId.PROCESS_CREATED, since = 1)
    void processCreated(@Tick long tick, @Pid int pid, @Pid int parent, @Frame long directory, @Symbol int name);

    /** A loadable segment of a program was placed in a process. */
    @Event(id = EventId.USER_SEGMENT_LOADED, since = 1)
    void userSegmentLoaded(
            @Tick long tick,
            @Pid int pid,
            @Linear long linear,
            @Bytes long fileSize,
            @Bytes long memorySize,
            @RightsMask int rights);

    /** The end of a process's heap moved. */
    @Event(id = EventId.PROGRAM_BREAK_MOVED, since = 1)
    void programBreakMoved(@Tick long tick, @Pid int pid, @Linear long was, @Linear long now);

    /** A shared library was mapped into a process. */
    @Event(id = EventId.LIBRARY_MAPPED, since = 1)
    void libraryMapped(
            @Tick long tick,
            @Pid int pid,
            @Linear long linear,
            @Bytes long size,
            @RightsMask int rights,
            @Symbol int name);

    /** A process ended. */
    @Event(id = EventId.PROCESS_EXITED, since = 1)
    void processExited(@Tick long tick, @Pid int pid, @Count long status);

    // Accesses

    /** The accesses since the last such event, by kind and by what served them. */
    @Event(id = EventId.ACCESSES_COUNTED, since = 1)
    void accessesCounted(
            @Tick long tick,
            @Count long reads,
            @Count long writes,
            @Count long fetches,
            @Count long unpaged,
            @Count long hits,
            @Count long secondLevelHits,
            @Count long walks);

    /** One access, journalled on request. */
    @Event(id = EventId.ACCESSED, since = 1)
    void accessed(
            @Tick long tick,
            @Linear long linear,
            @Code(AccessKind.class) int kind,
            @Bytes long size,
            @Privilege int cpl,
            @Linear long ip);
}
