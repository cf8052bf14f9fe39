package org.pagetrail.analyzer.rule;

import org.pagetrail.replay.state.LongMap;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;
import org.pagetrail.traces.plan.Plan;
import org.pagetrail.traces.plan.Region;
import org.pagetrail.traces.profile.Features;
import org.pagetrail.traces.profile.MachineProfile;

/**
 * What a rule can see: the plan and the machine of the trace's header, the replayed state, and how far the boot has come.
 *
 * <p>A plan builds the structure that stays in one of its steps. <i>The switch</i> is the first write of CR3 in that step; from
 * then on every address space but the one it left must be as the plan says. When the step ends without a switch, all must.
 */
public final class Scene {
    /** The step that builds the structure that stays, and goes over to it. */
    public static final String REMAP_STEP = "S5";

    private final Plan plan;
    private final Features features;
    private final MachineState state;
    private final PagingMode mode;
    private final Structures structures;
    private final Owners owners;
    private final Changes changes;
    private final Invalidations invalidations;
    private final Contents contents = new Contents();
    private final Processes processes = new Processes();
    private final Faults faults = new Faults();
    private final boolean kernelTablesLazy;
    private final boolean identityDeclared;
    private final LongMap<Boolean> everLoaded = new LongMap<>();

    private long ordinal;
    private long tick;
    private String phase;
    private int eventId;

    boolean switched;
    boolean booted;
    private long left = Violation.NONE;
    long first = Violation.NONE;
    long created = Violation.NONE;

    Scene(TraceHeader header, MachineState state, Structures.Sink sink) {
        this.plan = Plan.fromJson(header.plan());
        this.identityDeclared = plan.aliases().contains("identity");
        this.features = MachineProfile.fromJson(header.profile()).features();
        this.state = state;
        this.mode = state.pagingMode();
        this.kernelTablesLazy =
                !plan.kernelTables().preallocated() || header.ram() < plan.ram().preallocateFrom();
        this.structures = new Structures(state, sink);
        this.owners = new Owners(state, structures);
        this.changes = new Changes(state);
        this.invalidations = new Invalidations(state, structures, this::mappingAtLast);
    }

    void at(long newOrdinal, long newTick, String newPhase, int newEvent) {
        ordinal = newOrdinal;
        tick = newTick;
        phase = newPhase;
        eventId = newEvent;
    }

    void loaded(long directory) {
        everLoaded.put(directory, true);
    }

    /** The directory is no root any more: its frame may become another's. */
    void retired(long directory) {
        if (loadedDirectory() != directory) {
            everLoaded.remove(directory);
        }
        if (first == directory) {
            first = Violation.NONE;
        }
        if (left == directory) {
            left(Violation.NONE);
        }
    }

    /** The directory that the switch left, which need not be as the plan says; {@link Violation#NONE} when there is none. */
    long left() {
        return left;
    }

    void left(long directory) {
        left = directory;
        structures.leaveOut(directory);
    }

    /** How much is kept in mind: entries of all maps and lists. */
    int size() {
        return structures.size()
                + owners.size()
                + changes.size()
                + invalidations.size()
                + everLoaded.size()
                + processes.size()
                + faults.size();
    }

    Contents contents() {
        return contents;
    }

    Changes changes() {
        return changes;
    }

    /** The plan of the trace's header. */
    public Plan plan() {
        return plan;
    }

    /** What of paging the machine has. */
    public Features features() {
        return features;
    }

    /** The state: of {@link Rule}'s facts that end in -ing before the event, of all others after it. */
    public MachineState state() {
        return state;
    }

    /** The paging mode. */
    public PagingMode mode() {
        return mode;
    }

    /** Where the paging structures stand. */
    public Structures structures() {
        return structures;
    }

    /** Which leaves map a frame. */
    public Owners owners() {
        return owners;
    }

    /** What has to be invalidated and was not yet. */
    public Invalidations invalidations() {
        return invalidations;
    }

    /** The processes that live. */
    public Processes processes() {
        return processes;
    }

    /** The page faults that wait for an answer. */
    public Faults faults() {
        return faults;
    }

    /** Whether the frame was cleared or copied into since it was taken. */
    public boolean filled(long frame) {
        return contents.filled(frame);
    }

    /** Whether kernel tables come to be in a directory as they are needed, by the plan and the machine's memory. */
    public boolean kernelTablesLazy() {
        return kernelTablesLazy;
    }

    /** The position of the event that is told. */
    public long ordinal() {
        return ordinal;
    }

    /** Its tick. */
    public long tick() {
        return tick;
    }

    /** The phase in which it was told, or null. */
    public String phase() {
        return phase;
    }

    /** The event that is told. */
    public Violation.Cause event() {
        return Changes.cause(ordinal, eventId);
    }

    /** An event, by its position and number. */
    public static Violation.Cause event(long ordinal, int eventId) {
        return Changes.cause(ordinal, eventId);
    }

    /** The number of the event that is told, one of {@link org.pagetrail.traces.event.EventId}. */
    public int eventId() {
        return eventId;
    }

    /** The CR4 of now. */
    public long cr4() {
        return state.register(ControlRegister.CR4);
    }

    /** The frame of the directory in CR3 while paging is on, else {@link Violation#NONE}; unlike the state's, it allocates nothing. */
    public long loadedDirectory() {
        return state.pagingEnabled() ? state.register(ControlRegister.CR3) >>> mode.shift(1) : Violation.NONE;
    }

    // How far the boot has come

    /** Whether the structure that stays has been gone over to. */
    public boolean switched() {
        return switched;
    }

    /** Whether the plan's last step has ended. */
    public boolean booted() {
        return booted;
    }

    /** The first directory of the structure that stays, {@link Violation#NONE} before the switch, when there was none, and once it is retired. */
    public long firstDirectory() {
        return first;
    }

    /** The directory that became the root of an address space last, {@link Violation#NONE} before the first. */
    public long lastCreated() {
        return created;
    }

    /** Whether the directory has to be as the plan says: since the switch, all but the one that the switch left. */
    public boolean judged(long directory) {
        return switched && directory != left;
    }

    /** Whether a directory that has to be as the plan says has this page. */
    public boolean judged(PageFact page) {
        return switched && (left == Violation.NONE || page.placement().inOtherThan(left));
    }

    /** Whether the directory was in CR3 with paging enabled at any time. */
    public boolean everLoaded(long directory) {
        return everLoaded.get(directory) != null;
    }

    /** Whether the address is at or above the first of the kernel. */
    public boolean kernel(long linear) {
        return linear >= plan.kernelFirst();
    }

    /** The name of the plan's region that the address lies in, or null; where image and heap meet is each process's to say. */
    String region(long linear, long directory) {
        if (linear == Violation.NONE) {
            return null;
        }
        Region region = plan.regionAt(linear);
        if (region == null && directory != Violation.NONE) {
            Processes.UserProcess process = processes.of(directory);
            region = process == null ? null : plan.regionAt(linear, process.heapFirst());
        }
        return region == null ? null : region.id();
    }

    /** Whether the page belongs to the boot's identity map, and the plan keeps that. */
    public boolean keptIdentity(PageFact page) {
        return plan.identityKept() && !kernel(page.linear()) && page.linear() >>> mode.shift(1) == page.frame();
    }

    /** Whether the page lies below kernel space at the frame's own address, where the plan declares that it may. */
    public boolean identity(long linear, long frame) {
        return identityDeclared && !kernel(linear) && linear >>> mode.shift(1) == frame;
    }

    /** Whether the address lies in the window in which a directory shows itself. */
    public boolean window(long linear) {
        return mode.slot(linear, mode.levels()) == plan.recursiveSlot();
    }

    /** Whether the frame is memory that is no RAM and that the plan lets anyone map. */
    public boolean device(long frame) {
        long physical = frame << mode.shift(1);
        for (Plan.Device device : plan.devices()) {
            if (physical >= device.physical() && physical < device.physical() + device.size()) {
                return true;
            }
        }
        return false;
    }

    // Walks

    /** What the address is mapped to in the address space of this directory, or null when it is not. */
    public Mapping mapping(long directory, long linear) {
        long cr4 = cr4();
        long table = directory;
        int rights = Rights.READ | Rights.WRITE | Rights.USER | Rights.EXECUTE;
        for (int level = mode.levels(); level >= 1; level--) {
            long word = state.word(table, mode.slot(linear, level));
            EntryKind kind = mode.kind(word, level, cr4);
            if (kind == EntryKind.ABSENT) {
                return null;
            }
            rights &= state.rights(word);
            long frame = mode.frame(word, level, cr4);
            if (kind == EntryKind.LEAF) {
                long within = linear & (1L << mode.shift(level)) - 1;
                return new Mapping(frame + (within >>> mode.shift(1)), rights, level, table, word);
            }
            table = frame;
        }
        throw new IllegalStateException("the last level has only leaves");
    }

    /**
     * What the address is mapped to in the address space of this directory, or, where that lacks a kernel table that comes lazily,
     * will be once it has it.
     */
    public Mapping mappingAtLast(long directory, long linear) {
        Mapping mapping = mapping(directory, linear);
        boolean lacks = mapping == null
                && kernelTablesLazy
                && first != Violation.NONE
                && kernel(linear)
                && state.word(directory, mode.slot(linear, mode.levels())) == 0;
        return lacks ? mapping(first, linear) : mapping;
    }

    // Causes

    /** The event that last changed this word in another bit than A and D, or null. */
    public Violation.Cause lastChange(long table, int slot) {
        return Changes.cause(changes.last(table, slot));
    }

    /** The event that last changed a word on the way to this page, or null. */
    public Violation.Cause lastChange(PageFact page) {
        return lastChange(page.directory(), page.linear());
    }

    /** The event that last changed a word on the way to this address, or null. */
    public Violation.Cause lastChange(long directory, long linear) {
        long cr4 = cr4();
        long table = directory;
        long last = 0;
        for (int level = mode.levels(); level >= 1; level--) {
            int slot = mode.slot(linear, level);
            last = Math.max(last, changes.last(table, slot));
            long word = state.word(table, slot);
            if (mode.kind(word, level, cr4) != EntryKind.TABLE) {
                break;
            }
            table = mode.frame(word, level, cr4);
        }
        return Changes.cause(last);
    }

    /** The later of two events, either of which may be null. */
    public static Violation.Cause later(Violation.Cause one, Violation.Cause other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.ordinal() >= other.ordinal() ? one : other;
    }
}
