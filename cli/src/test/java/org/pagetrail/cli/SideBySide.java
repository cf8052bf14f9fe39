package org.pagetrail.cli;

import java.util.Arrays;
import java.util.Set;
import org.pagetrail.recorder.machine.CacheView;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.replay.state.TranslationCache;
import org.pagetrail.replay.state.WalkCacheEntry;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.DescriptorTable;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.MemoryType;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;

/**
 * The live machine and the state that is replayed from its events, compared after every event in everything but the order of
 * recency.
 *
 * <p>Which structures are live is compared after every event, and all their words while there are few of them. Of many, the words
 * of the table that the event is about are compared after it, and all every {@value #FULL_EVERY} events, at the end of a phase and
 * after a write of a control register.
 */
final class SideBySide extends FlatEvents {
    private static final int FULL_EVERY = 16;
    private static final int FEW = 8;
    private static final Set<String> BEFORE_FRAMES_ARE_KNOWN = Set.of("B1", "B2");
    private static final long KERNEL_BASE = 0xc000_0000L;

    /** The kernel's early data has the GDT, the IDT and the TSS a page each, and then its bitmap. */
    private static final int BITMAP_AFTER_GDT = 3;

    private final StateBuilder builder;
    private Machine machine;
    private long ordinal = -1;
    private boolean controlWritten;

    SideBySide(StateBuilder builder) {
        this.builder = builder;
    }

    void watch(Machine live) {
        machine = live;
    }

    long events() {
        return ordinal + 1;
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
        controlWritten |= name.equals("control-register-written");
        boolean full = ordinal % FULL_EVERY == 0 || name.equals("phase-ended") || name.startsWith("control");
        try {
            compare(tick, full, name, fields);
        } catch (AssertionError e) {
            throw new AssertionError("after event " + ordinal + " (" + name + "): " + e.getMessage(), e);
        }
    }

    private void compare(long tick, boolean full, String name, long[] fields) {
        MachineState state = builder.state();
        same("tick", machine.now(), tick);
        same("contradictions", 0, state.contradictions());
        if (controlWritten) {
            for (ControlRegister register : ControlRegister.values()) {
                boolean first = register == ControlRegister.CR0 && state.register(register) == 0;
                long live = Integer.toUnsignedLong(machine.register(register));
                same(register.name(), first ? 0 : live, state.register(register));
            }
        }
        same("cr2", Integer.toUnsignedLong(machine.faultAddress()), state.cr2());
        same("stack page", machine.stackPage(), state.stackPage().orElse(-1));
        boolean aboutEntry = name.startsWith("page-") || name.startsWith("table-") || name.startsWith("entry-");
        int[] live = liveStructures(state);
        if (full || live.length <= FEW) {
            for (int frame : live) {
                words(state, frame);
            }
        } else if (aboutEntry && !name.startsWith("page-fault")) {
            words(state, (int) fields[0]);
        }
        if (name.equals("phase-ended") && !BEFORE_FRAMES_ARE_KNOWN.contains(state.lastPhaseEnded())) {
            frames(state);
        }
        for (Tlb tlb : Tlb.values()) {
            if (tlb == Tlb.WALK_CACHE) {
                walkCache(state);
            } else {
                tlb(state, tlb);
            }
        }
    }

    /** The kernel's own bitmap of the frames in use, in the machine's memory, against what the events say of them. */
    private void frames(MachineState state) {
        long gdt = state.descriptorTable(DescriptorTable.GDT).linear() - KERNEL_BASE;
        int bitmap = (int) (gdt >>> 12) + BITMAP_AFTER_GDT;
        for (int frame = 0; frame < machine.memory().frames(); frame++) {
            long first = (long) frame << 12;
            int word = machine.memory().read(bitmap + frame / (32 * 1024), frame / 32 % 1024);
            boolean available = state.memoryRegions().stream()
                    .anyMatch(region -> region.type() == MemoryType.AVAILABLE
                            && region.physical() <= first
                            && region.physical() + region.size() >= first + 4096);
            boolean used = !available || state.isAllocated(frame) || state.isLocked(frame);
            same("frame " + frame + " in use", word >>> frame % 32 & 1, used ? 1 : 0);
        }
    }

    private int[] liveStructures(MachineState state) {
        int[] live = machine.live().frames();
        long[] frames = Arrays.stream(live).asLongStream().toArray();
        if (!Arrays.equals(frames, state.liveFrames())) {
            throw new AssertionError("live structures: machine " + Arrays.toString(frames) + ", replayed "
                    + Arrays.toString(state.liveFrames()));
        }
        return live;
    }

    private void words(MachineState state, int frame) {
        same("root " + frame, machine.live().isRoot(frame) ? 1 : 0, state.isRoot(frame) ? 1 : 0);
        for (int slot = 0; slot < 1024; slot++) {
            long told = machine.live().told(frame, slot);
            if (told != state.word(frame, slot)) {
                same("frame " + frame + " slot " + slot, told, state.word(frame, slot));
            }
        }
    }

    private void walkCache(MachineState state) {
        CacheView live = machine.cache(Tlb.WALK_CACHE);
        same(
                "walk cache",
                live == null ? 0 : (long) live.sets() * live.ways(),
                (long) state.walkCacheSets() * state.walkCacheWays());
        for (int set = 0; live != null && set < live.sets(); set++) {
            for (int way = 0; way < live.ways(); way++) {
                WalkCacheEntry replayed = state.walkCacheEntry(set, way);
                same("walk cache way", live.valid(set, way) ? 1 : 0, replayed == null ? 0 : 1);
                if (replayed != null) {
                    same("walk cache slot", live.page(set, way), replayed.linear() >>> 22);
                    same("walk cache entry", Integer.toUnsignedLong(live.pde(set, way)), replayed.entry());
                }
            }
        }
    }

    private void tlb(MachineState state, Tlb tlb) {
        CacheView live = machine.cache(tlb);
        TranslationCache replayed = state.tlb(tlb);
        same(tlb + " there", live == null ? 0 : 1, replayed == null ? 0 : 1);
        for (int set = 0; live != null && set < live.sets(); set++) {
            for (int way = 0; way < live.ways(); way++) {
                boolean valid = live.valid(set, way);
                if (valid != replayed.valid(set, way)) {
                    throw new AssertionError(tlb + " set " + set + " way " + way + " valid: machine " + valid);
                }
                if (valid) {
                    entry(tlb + " set " + set + " way " + way, live, replayed, set, way);
                }
            }
        }
    }

    private static void entry(String where, CacheView live, TranslationCache replayed, int set, int way) {
        int rights = Rights.READ
                | Rights.EXECUTE
                | (live.writable(set, way) ? Rights.WRITE : 0)
                | (live.user(set, way) ? Rights.USER : 0);
        same(where + " page", live.page(set, way), replayed.page(set, way));
        same(where + " pde", Integer.toUnsignedLong(live.pde(set, way)), replayed.pde(set, way));
        same(where + " pte", Integer.toUnsignedLong(live.pte(set, way)), replayed.pte(set, way));
        same(where + " rights", rights, replayed.rights(set, way));
        same(where + " large", live.large(set, way) ? 1 : 0, replayed.large(set, way) ? 1 : 0);
        same(where + " dirty", live.dirty(set, way) ? 1 : 0, replayed.dirty(set, way) ? 1 : 0);
        same(where + " global", live.global(set, way) ? 1 : 0, replayed.global(set, way) ? 1 : 0);
    }

    private static void same(String what, long live, long replayed) {
        if (live != replayed) {
            throw new AssertionError(String.format("%s: machine 0x%x, replayed 0x%x", what, live, replayed));
        }
    }
}
