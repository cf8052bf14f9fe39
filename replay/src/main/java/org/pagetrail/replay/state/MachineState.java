package org.pagetrail.replay.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.DescriptorTable;
import org.pagetrail.traces.event.Mode;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.paging.PagingMode;

/**
 * A machine's memory state after an event, to read: paging structures, registers, TLBs, frames, address spaces, processes.
 *
 * <p>Either the live view of a {@link StateBuilder}, which changes with each event that it is told, or a snapshot, which
 * never does. Frames and pages are numbers; words are unsigned, 0 when absent.
 */
public final class MachineState {
    final Control control;
    final PagingStructures structures;
    final TranslationCaches caches;
    final Frames frames;
    final Spaces spaces;
    final Symbols symbols;
    private final PagingMode pagingMode;

    MachineState(PagingMode pagingMode, CacheShape shape) {
        this.pagingMode = pagingMode;
        this.control = new Control();
        this.structures = new PagingStructures(pagingMode);
        this.caches = new TranslationCaches(pagingMode, shape);
        this.frames = new Frames(pagingMode.shift(1));
        this.spaces = new Spaces();
        this.symbols = new Symbols();
    }

    private MachineState(MachineState other) {
        this.pagingMode = other.pagingMode;
        this.control = other.control.copy();
        this.structures = other.structures.copy();
        this.caches = other.caches.copy();
        this.frames = other.frames.copy();
        this.spaces = other.spaces.copy();
        this.symbols = other.symbols.copy();
    }

    MachineState copy() {
        return new MachineState(this);
    }

    // Where the recording is

    /** How many events were folded. */
    public long events() {
        return control.events;
    }

    /** The ordinal of the last event, -1 before the first. */
    public long ordinal() {
        return control.events - 1;
    }

    /** The tick of the last event, in model cycles. */
    public long tick() {
        return control.tick;
    }

    /** The innermost phase that has begun and not ended, or null. */
    public String phase() {
        return control.phases.peek();
    }

    /** The phase that ended last, or null. */
    public String lastPhaseEnded() {
        return control.lastPhaseEnded;
    }

    /** Why the machine stopped, or null while it runs. */
    public StopReason stopped() {
        return control.stopped;
    }

    /** The text that events name by this number, or {@code #} and the number when none was defined. */
    public String symbol(int id) {
        return symbols.text(id);
    }

    /** Tells, as events at the tick of the last, what has been named so far and which phases have begun and not ended. */
    public void tellNames(TraceEvents out) {
        for (int id = 0; id < symbols.texts().size(); id++) {
            String text = symbols.texts().get(id);
            if (text != null) {
                out.symbolDefined(tick(), id, text);
            }
        }
        control.phases.descendingIterator().forEachRemaining(phase -> out.phaseBegan(tick(), symbols.id(phase)));
    }

    /** How many events said of the state before them what those before them did not: 0 in a sound trace. */
    public long contradictions() {
        return control.contradictions;
    }

    /** The ordinal of the first such event, or empty. */
    public OptionalLong firstContradiction() {
        return optional(control.firstContradiction);
    }

    // Registers

    /** The paging mode, which knows the geometry and the bits. */
    public PagingMode pagingMode() {
        return pagingMode;
    }

    /** The register's value, 0 before it was first written. */
    public long register(ControlRegister register) {
        return control.register(register);
    }

    /** The linear address of the last page fault, 0 before the first. */
    public long cr2() {
        return control.cr2;
    }

    /** Whether CR0.PG is set. */
    public boolean pagingEnabled() {
        return control.paging();
    }

    /** The frame of the directory in CR3 while paging is enabled. */
    public OptionalLong loadedDirectory() {
        return optional(control.root(pagingMode.shift(1)));
    }

    /** Where the descriptor table lies, or null before it was loaded. */
    public DescriptorTableRegister descriptorTable(DescriptorTable table) {
        return control.tables[table.ordinal()];
    }

    /** The page in which the stack pointer points, empty before the first event that tells it. */
    public OptionalLong stackPage() {
        return optional(control.stackPage);
    }

    /** Who runs. */
    public Mode mode() {
        return control.mode;
    }

    // Paging structures

    /** Whether the frame is a paging structure reachable from a root. */
    public boolean isLive(long frame) {
        return structures.isLive(frame);
    }

    /** Whether the frame is reachable as a structure of this level; one frame can be at several. */
    public boolean isLive(long frame, int level) {
        return structures.isLive(frame, level);
    }

    /** Whether the frame is the directory in CR3 with paging enabled, or of an address space. */
    public boolean isRoot(long frame) {
        return structures.isLive(frame, pagingMode.levels());
    }

    /** The live paging structures, ascending. */
    public long[] liveFrames() {
        return structures.frames();
    }

    /** How many paging structures are live. */
    public int liveCount() {
        return structures.size();
    }

    /** The word of a live paging structure; 0 when it is absent, or the frame is not live. */
    public long word(long frame, int slot) {
        return structures.word(frame, Objects.checkIndex(slot, pagingMode.slots()));
    }

    /** Told the slot and the word of each present entry. */
    @FunctionalInterface
    public interface WordVisitor {
        /** One present entry. */
        void word(int slot, long word);
    }

    /** Shows the present words of a live paging structure, in the order of their slots. */
    public void words(long frame, WordVisitor visitor) {
        long[] words = structures.words(frame);
        for (int slot = 0; words != null && slot < words.length; slot++) {
            if (words[slot] != 0) {
                visitor.word(slot, words[slot]);
            }
        }
    }

    /** What one word allows, as {@link Rights}. IA-32's two levels can take neither reading nor fetching away. */
    public int rights(long word) {
        return Rights.READ
                | Rights.EXECUTE
                | (pagingMode.writable(word) ? Rights.WRITE : 0)
                | (pagingMode.user(word) ? Rights.USER : 0);
    }

    // Translation caches

    /** The contents of a TLB, or null when the machine has no such. */
    public TranslationCache tlb(Tlb tlb) {
        return caches.tlb(tlb);
    }

    /** The translation in this way, or null when it is invalid or the machine has no such TLB. */
    public TlbEntry tlbEntry(Tlb tlb, int set, int way) {
        TranslationCache cache = caches.tlb(tlb);
        return cache == null || !cache.holds(set, way) ? null : cache.entry(set, way);
    }

    /** How many sets the cache of directory entries has, 0 for a machine without one. */
    public int walkCacheSets() {
        return caches.walkCacheSets();
    }

    /** How many ways a set of the cache of directory entries has. */
    public int walkCacheWays() {
        return caches.walkCacheWays();
    }

    /** The directory entry in this way of the walk cache, or null. */
    public WalkCacheEntry walkCacheEntry(int set, int way) {
        if (set < 0 || set >= walkCacheSets() || way < 0 || way >= walkCacheWays()) {
            return null;
        }
        long word = caches.walkCacheWord(set, way);
        return word == 0 ? null : new WalkCacheEntry(caches.walkCacheLinear(set, way), word);
    }

    /** The directory entry that the walk cache holds for a linear address, 0 when it holds none. */
    public long walkCacheWord(long linear) {
        int sets = walkCacheSets();
        int shift = pagingMode.shift(2);
        int set = sets == 0 ? 0 : (int) (linear >>> shift) & (sets - 1);
        for (int way = 0; sets != 0 && way < walkCacheWays(); way++) {
            long word = caches.walkCacheWord(set, way);
            if (word != 0 && caches.walkCacheLinear(set, way) >>> shift == linear >>> shift) {
                return word;
            }
        }
        return 0;
    }

    /** What the last invalidation or flush did, counted here and not taken from its event. */
    public FlushCounts lastFlush() {
        return new FlushCounts(caches.lastDropped(), caches.lastKept(), caches.lastWalkCacheDropped());
    }

    // Frames

    /** Whether the frame was allocated and not freed since. */
    public boolean isAllocated(long frame) {
        return frames.allocated.get(frame) != RunMap.NONE;
    }

    /** Whether the frame is out of allocation for good. */
    public boolean isLocked(long frame) {
        return frames.locked.get(frame) != RunMap.NONE;
    }

    /** What is known of the frame. */
    public FrameState frameState(long frame) {
        return frames.state(frame);
    }

    /** What the frame is allocated for, else locked for, else null. */
    public String frameUse(long frame) {
        int use = frames.allocated.get(frame);
        if (use == RunMap.NONE) {
            use = frames.locked.get(frame);
        }
        return use == RunMap.NONE ? null : symbols.text(use);
    }

    /** How many users the frame has, as told when it last got or lost one; 0 when that was never told. */
    public long shareCount(long frame) {
        return frames.shares.getOrDefault(frame, 0L);
    }

    /** The frames whose number of users was told, ascending. */
    public long[] sharedFrames() {
        return frames.shares.keySet().stream().mapToLong(Long::longValue).toArray();
    }

    /** The allocated frames as runs of one use, ascending. */
    public List<FrameRun> allocatedRuns() {
        return runs(frames.allocated, true);
    }

    /** The locked frames as runs of one use, ascending. */
    public List<FrameRun> lockedRuns() {
        return runs(frames.locked, true);
    }

    /** The available frames that are neither allocated nor locked, ascending. */
    public List<FrameRun> freeRuns() {
        return runs(frames.free(), false);
    }

    /** The memory map of the firmware, in the order reported. */
    public List<MemoryRegion> memoryRegions() {
        return Collections.unmodifiableList(frames.regions);
    }

    /** The boot loader's modules, in the order reported. */
    public List<LoadedModule> modules() {
        return Collections.unmodifiableList(frames.modules);
    }

    /** The segments of the kernel image, in the order reported. */
    public List<KernelSegment> kernelSegments() {
        return Collections.unmodifiableList(frames.kernelSegments);
    }

    // Address spaces and processes

    /** The address spaces that were created and not retired, by directory. */
    public List<AddressSpace> addressSpaces() {
        List<AddressSpace> list = new ArrayList<>();
        spaces.byDirectory.keySet().forEach(directory -> list.add(addressSpace(directory)));
        return list;
    }

    /** The address space of this directory, or null when it has none. */
    public AddressSpace addressSpace(long directory) {
        Spaces.Space space = spaces.byDirectory.get(directory);
        boolean loaded = control.root(pagingMode.shift(1)) == directory;
        return space == null ? null : new AddressSpace(directory, space.pid(), space.name(), loaded);
    }

    /** The directory that the kernel last said it switched to. */
    public OptionalLong currentDirectory() {
        return optional(spaces.current);
    }

    /** All processes that were created, by number, the ended ones too. */
    public Collection<ProcessState> processes() {
        return Collections.unmodifiableCollection(spaces.processes.values());
    }

    /** The process of this number, or null. */
    public ProcessState process(int pid) {
        return spaces.processes.get(pid);
    }

    private List<FrameRun> runs(RunMap map, boolean used) {
        List<FrameRun> list = new ArrayList<>();
        for (RunMap.Run run : map.runs()) {
            list.add(new FrameRun(run.first(), run.end() - run.first(), used ? symbols.text(run.value()) : null));
        }
        return list;
    }

    private static OptionalLong optional(long value) {
        return value == Control.NONE ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
