package org.pagetrail.cli;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;
import org.pagetrail.recorder.machine.CacheView;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.MemoryRegion;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.replay.state.TranslationCache;
import org.pagetrail.replay.state.WalkCacheEntry;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.DescriptorTable;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventFamily;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.MemoryType;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;

/**
 * The live machine and the state that is replayed from its events: an incremental digest of each, equal after every event.
 *
 * <p>After an event both digests are brought up to date in what the event is about, in the registers and in the cache of directory
 * entries, each from its own side. Every {@value #FULL_EVERY} events and at the end of each phase all is compared part by part, and
 * none may have changed on either side without an event that was about it. The order of recency in a TLB is not compared, for events do not tell it.
 */
final class DigestsSideBySide extends FlatEvents {
    private static final int FULL_EVERY = 4_096;
    private static final int SLOTS = 1024;
    private static final long KERNEL_BASE = 0xc000_0000L;

    /** The kernel's early data has the GDT, the IDT and the TSS a page each, and then its bitmap. */
    private static final int BITMAP_AFTER_GDT = 3;

    // Groups of parts; those of the words of a frame are numbered from WORDS on.
    private static final long REGISTERS = 0;
    private static final long LIVE = 1;
    private static final long FRAMES = 2;
    private static final long USERS = 3;
    private static final long CACHES = 4;
    private static final long WORDS = 16;

    private static final int CR2 = ControlRegister.values().length;
    private static final int STACK_PAGE = CR2 + 1;

    /** Before its end the frames in use are not all known to the kernel, or not all told. */
    private static final String FRAMES_KNOWN_FROM = "S3";

    /** At its end the counts of frames' users are there. */
    private static final String USERS_KNOWN_FROM = "start";

    private static final Set<String> ABOUT_STRUCTURES = Set.of(
            "table-linked",
            "table-unlinked",
            "table-relinked",
            "page-split",
            "page-merged",
            "address-space-created",
            "address-space-retired",
            "control-register-written");
    private static final Set<String> ABOUT_FRAMES = Set.of("frames-allocated", "frames-freed", "frames-locked");

    private final StateBuilder builder;
    private final MachineState state;
    private final PartsDigest live = new PartsDigest();
    private final PartsDigest replayed = new PartsDigest();
    private Machine machine;
    private long ordinal = -1;
    private boolean whole;
    private boolean framesKnown;
    private final BitSet available = new BitSet();
    private int[] liveFrames = {};
    private long[] replayedFrames = {};

    /** Linear address of the counts of frames' users; 0 while there are none. */
    private long users;

    private long fullComparisons;

    DigestsSideBySide(StateBuilder builder) {
        this.builder = builder;
        state = builder.state();
    }

    void watch(Machine running) {
        machine = running;
    }

    long events() {
        return ordinal + 1;
    }

    long fullComparisons() {
        return fullComparisons;
    }

    @Override
    public int longestRun() {
        return 1;
    }

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        ordinal++;
        EventDispatch.dispatch(id, tick, fields, text, builder);
        String name = EventCatalog.get().byId(id).name();
        boolean phaseEnded = name.equals("phase-ended");
        if (phaseEnded) {
            learn(state.lastPhaseEnded());
        }
        if (tick != machine.now()) {
            throw different(name, "tick", machine.now(), tick);
        }
        takeUp(name, fields);
        registers();
        if (state.walkCacheSets() != 0) {
            cache(Tlb.WALK_CACHE);
        }
        compare(name, phaseEnded || ordinal % FULL_EVERY == 0);
    }

    private void compare(String name, boolean full) {
        if (state.contradictions() != 0) {
            throw different(name, "contradictions", 0, state.contradictions());
        }
        if (full) {
            fullComparisons++;
        }
        if (full || live.value() != replayed.value()) {
            try {
                whole = true;
                everything();
                whole = false;
            } catch (AssertionError e) {
                throw new AssertionError("after event " + ordinal + " (" + name + "): " + e.getMessage(), e);
            }
        }
        if (live.value() != replayed.value()) {
            throw different(name, "digest", live.value(), replayed.value());
        }
    }

    private AssertionError different(String name, String what, long running, long told) {
        return new AssertionError(String.format(
                "after event %d (%s): %s: machine 0x%x, replayed 0x%x", ordinal, name, what, running, told));
    }

    /** Takes up what can be compared from the end of a phase on. */
    private void learn(String phase) {
        if (phase.equals(FRAMES_KNOWN_FROM)) {
            framesKnown = true;
            for (MemoryRegion region : state.memoryRegions()) {
                if (region.type() == MemoryType.AVAILABLE) {
                    long end = region.physical() + region.size() >>> 12;
                    available.set((int) (region.physical() + 4095 >>> 12), (int) end);
                }
            }
            frames(0, machine.memory().frames());
        } else if (phase.equals(USERS_KNOWN_FROM)) {
            users = firstHeapPage() + Integer.BYTES;
        }
    }

    // What an event is about

    private void takeUp(String name, long[] fields) {
        switch (name) {
            case "tlb-filled" -> filled((int) fields[0], (int) fields[1], (int) fields[2], (int) fields[3], fields[4]);
            case "tlb-invalidated", "tlb-flushed" -> caches();
            case "frame-shared", "frame-unshared" -> userCount((int) fields[0]);
            default -> {
                if (EventCatalog.get().byName(name).family() == EventFamily.PAGING_ENTRIES) {
                    word((int) fields[0], (int) fields[1]);
                }
                if (ABOUT_STRUCTURES.contains(name)) {
                    structures();
                }
                if (ABOUT_FRAMES.contains(name) && framesKnown) {
                    frames((int) fields[0], (int) (fields[0] + fields[1]));
                }
            }
        }
    }

    private void everything() {
        registers();
        structures();
        for (int frame : liveFrames) {
            for (int slot = 0; slot < SLOTS; slot++) {
                word(frame, slot);
            }
        }
        caches();
        int all = machine.memory().frames();
        if (framesKnown) {
            frames(0, all);
        }
        for (int frame = 0; frame < all; frame++) {
            userCount(frame);
        }
    }

    /** One part, as it is in the machine and in the state. */
    private void part(String what, long group, int size, int index, long running, long told) {
        boolean changed = live.put(group, size, index, running);
        changed |= replayed.put(group, size, index, told);
        if (whole && running != told) {
            throw new AssertionError(String.format("%s %d: machine 0x%x, replayed 0x%x", what, index, running, told));
        }
        if (whole && changed) {
            throw new AssertionError(
                    String.format("%s %d became 0x%x, and no event was about it", what, index, running));
        }
    }

    // The parts

    private void registers() {
        for (ControlRegister register : ControlRegister.values()) {
            long told = state.register(register);
            // What it is before it is written is not told.
            long running = told == 0 && register == ControlRegister.CR0
                    ? 0
                    : Integer.toUnsignedLong(machine.register(register));
            part("register", REGISTERS, STACK_PAGE + 1, register.ordinal(), running, told);
        }
        part("cr2", REGISTERS, STACK_PAGE + 1, CR2, Integer.toUnsignedLong(machine.faultAddress()), state.cr2());
        long stack = state.stackPage().orElse(-1);
        part("page of the stack after", REGISTERS, STACK_PAGE + 1, STACK_PAGE, machine.stackPage() + 1L, stack + 1);
    }

    private void structures() {
        int[] running = machine.live().frames();
        long[] told = state.liveFrames();
        int size = machine.memory().frames();
        boolean gone = false;
        for (int frame : liveFrames) {
            if (!machine.live().isLive(frame)) {
                gone |= live.put(LIVE, size, frame, 0);
                live.drop(WORDS + frame);
            }
        }
        for (long frame : replayedFrames) {
            if (!state.isLive(frame)) {
                gone |= replayed.put(LIVE, size, (int) frame, 0);
                replayed.drop(WORDS + frame);
            }
        }
        if (whole && gone) {
            throw new AssertionError("a structure is live no more, and no event was about it");
        }
        for (int frame : running) {
            part("live", LIVE, size, frame, machine.live().isRoot(frame) ? 2 : 1, level(frame));
        }
        for (long frame : told) {
            boolean known = machine.live().isLive((int) frame);
            part("live", LIVE, size, (int) frame, known ? machine.live().isRoot((int) frame) ? 2 : 1 : 0, level(frame));
        }
        liveFrames = running;
        replayedFrames = told;
    }

    private int level(long frame) {
        return !state.isLive(frame) ? 0 : state.isRoot(frame) ? 2 : 1;
    }

    private void word(int frame, int slot) {
        part(
                "frame " + frame + " slot",
                WORDS + frame,
                SLOTS,
                slot,
                machine.live().told(frame, slot),
                state.word(frame, slot));
    }

    private void filled(int tlb, int set, int way, int secondLevelWay, long page) {
        translation(Tlb.values()[tlb], set, way);
        if (secondLevelWay >= 0) {
            // Of a large page the set may go by the number of either page.
            int mask = machine.cache(Tlb.SECOND_LEVEL).sets() - 1;
            translation(Tlb.SECOND_LEVEL, (int) page & mask, secondLevelWay);
            translation(Tlb.SECOND_LEVEL, (int) (page >>> 10) & mask, secondLevelWay);
        }
    }

    private void caches() {
        for (Tlb tlb : Tlb.values()) {
            boolean told = tlb == Tlb.WALK_CACHE ? state.walkCacheSets() != 0 : state.tlb(tlb) != null;
            if (told != (machine.cache(tlb) != null)) {
                throw new AssertionError(tlb + ": the machine " + (told ? "has none" : "has one"));
            }
            if (told) {
                cache(tlb);
            }
        }
    }

    private void cache(Tlb tlb) {
        CacheView running = machine.cache(tlb);
        for (int set = 0; set < running.sets(); set++) {
            for (int way = 0; way < running.ways(); way++) {
                if (tlb == Tlb.WALK_CACHE) {
                    walkCache(set, way);
                } else {
                    translation(tlb, set, way);
                }
            }
        }
    }

    private void translation(Tlb tlb, int set, int way) {
        CacheView running = machine.cache(tlb);
        TranslationCache told = state.tlb(tlb);
        part(
                tlb + " way",
                CACHES + tlb.ordinal(),
                running.sets() * running.ways(),
                set * running.ways() + way,
                running.valid(set, way) ? hash(running, set, way) : 0,
                told.valid(set, way) ? hash(told, set, way) : 0);
    }

    private static long hash(CacheView cache, int set, int way) {
        int rights = Rights.READ
                | Rights.EXECUTE
                | (cache.writable(set, way) ? Rights.WRITE : 0)
                | (cache.user(set, way) ? Rights.USER : 0);
        return hash(
                cache.page(set, way),
                Integer.toUnsignedLong(cache.pde(set, way)),
                Integer.toUnsignedLong(cache.pte(set, way)),
                rights,
                cache.large(set, way),
                cache.dirty(set, way),
                cache.global(set, way));
    }

    private static long hash(TranslationCache cache, int set, int way) {
        return hash(
                cache.page(set, way),
                cache.pde(set, way),
                cache.pte(set, way),
                cache.rights(set, way),
                cache.large(set, way),
                cache.dirty(set, way),
                cache.global(set, way));
    }

    private static long hash(long page, long pde, long pte, int rights, boolean large, boolean dirty, boolean global) {
        return Arrays.hashCode(new long[] {page, pde, pte, rights, large ? 1 : 0, dirty ? 1 : 0, global ? 1 : 0})
                | 1L << 32;
    }

    private void walkCache(int set, int way) {
        CacheView running = machine.cache(Tlb.WALK_CACHE);
        WalkCacheEntry told = state.walkCacheEntry(set, way);
        part(
                "walk cache way",
                CACHES + Tlb.WALK_CACHE.ordinal(),
                running.sets() * running.ways(),
                set * running.ways() + way,
                running.valid(set, way)
                        ? (long) running.page(set, way) << 32 | Integer.toUnsignedLong(running.pde(set, way))
                        : 0,
                told == null ? 0 : told.linear() >>> 22 << 32 | told.entry());
    }

    /** The kernel's own bitmap of the frames in use, in the machine's memory, and what the events say of them. */
    private void frames(int first, int end) {
        long gdt = state.descriptorTable(DescriptorTable.GDT).linear() % KERNEL_BASE;
        int bitmap = (int) (gdt >>> 12) + BITMAP_AFTER_GDT;
        for (int frame = first; frame < end; frame++) {
            int word = machine.memory().read(bitmap + frame / (32 * SLOTS), frame / 32 % SLOTS);
            boolean used = state.isAllocated(frame) || state.isLocked(frame) || !available.get(frame);
            part("frame in use", FRAMES, machine.memory().frames(), frame, word >>> frame % 32 & 1, used ? 1 : 0);
        }
    }

    /** The kernel's own count of the users of a frame that has several, in its heap, and what the events say of it. */
    private void userCount(int frame) {
        if (users == 0) {
            return;
        }
        long linear = users + (long) frame * Integer.BYTES;
        int word = machine.memory().read((int) frameOf(linear), (int) (linear >>> 2) % SLOTS);
        long told = state.shareCount(frame);
        part("users of frame", USERS, machine.memory().frames(), frame, word > 1 ? word : 0, told > 1 ? told : 0);
    }

    private long frameOf(long linear) {
        long pde = state.word(state.loadedDirectory().orElseThrow(), (int) (linear >>> 22));
        return state.word(pde >>> 12, (int) (linear >>> 12) % SLOTS) >>> 12;
    }

    /** The counts are the first block of the kernel's heap, which follows the modules. */
    private long firstHeapPage() {
        long linear = KERNEL_BASE + (4 << 20);
        while (!"kernel-heap".equals(state.frameUse(frameOf(linear)))) {
            linear += 4096;
        }
        return linear;
    }
}
