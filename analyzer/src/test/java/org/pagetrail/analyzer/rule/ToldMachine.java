package org.pagetrail.analyzer.rule;

import java.util.Set;
import java.util.TreeSet;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.EntryChange;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.Ia32Paging;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/**
 * A machine of few frames whose every change is told as events, with what became live by it found by marking from the roots
 * before and after: the rules of the recorder in another way.
 */
final class ToldMachine {
    static final PagingMode MODE = Ia32Paging.MODE;
    static final int TOP = MODE.levels();

    private final TraceEvents out;
    private final long[][] memory;
    private final int[] slots;
    private final Set<Long> created = new TreeSet<>();
    private long cr0;
    private long cr3;
    private long cr4;
    private long tick;
    private int symbols;

    /** What is live: a frame at a level. */
    private record Place(long frame, int level) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byLevel = Integer.compare(other.level, level);
            return byLevel != 0 ? byLevel : Long.compare(frame, other.frame);
        }
    }

    /** Of each frame only these words are ever written. */
    ToldMachine(TraceEvents out, int frames, int... slots) {
        this.out = out;
        this.memory = new long[frames][MODE.slots()];
        this.slots = slots;
    }

    static long entry(long frame, long bits) {
        return frame << MODE.shift(1) | bits;
    }

    long tick() {
        return tick++;
    }

    long cr4() {
        return cr4;
    }

    boolean paging() {
        return MODE.pagingEnabled(cr0);
    }

    /** The frame in CR3, whether or not paging is on. */
    long directory() {
        return cr3;
    }

    Set<Long> created() {
        return created;
    }

    /** A word as the vocabulary carries it. */
    long told(long frame, int slot) {
        long word = frame < memory.length ? memory[(int) frame][slot] : 0;
        return (word & 1) == 0 ? 0 : word;
    }

    long word(long frame, int slot) {
        return memory[(int) frame][slot];
    }

    Set<Long> roots() {
        Set<Long> roots = new TreeSet<>(created);
        if (paging()) {
            roots.add(cr3);
        }
        return roots;
    }

    // What happens

    int symbol(String text) {
        out.symbolDefined(tick(), symbols, text);
        return symbols++;
    }

    void create(long directory) {
        if (!created.contains(directory)) {
            int symbol = symbol("space " + directory);
            Set<Place> before = live();
            created.add(directory);
            out.addressSpaceCreated(tick(), directory, 0, symbol);
            tellNewlyLive(before);
        }
    }

    void retire(long directory) {
        if (created.remove(directory)) {
            out.addressSpaceRetired(tick(), directory, 0, 0);
        }
    }

    void cr3(long directory) {
        Set<Place> before = live();
        long was = cr3 << MODE.shift(1);
        cr3 = directory;
        register(ControlRegister.CR3, was, directory << MODE.shift(1), before);
    }

    void paging(boolean on) {
        Set<Place> before = live();
        long was = cr0;
        cr0 = on ? 0x8001_0011L : 0x1_0011L;
        register(ControlRegister.CR0, was, cr0, before);
    }

    void pse(boolean on) {
        cr4(ControlBits.CR4_PSE, on);
    }

    void pge(boolean on) {
        cr4(ControlBits.CR4_PGE, on);
    }

    private void cr4(long bit, boolean on) {
        Set<Place> before = live();
        long was = cr4;
        cr4 = on ? cr4 | bit : cr4 & ~bit;
        register(ControlRegister.CR4, was, cr4, before);
    }

    private void register(ControlRegister register, long was, long now, Set<Place> before) {
        out.controlRegisterWritten(tick(), register.ordinal(), was, now, 0, 0, 0);
        tellNewlyLive(before);
    }

    /** Writes a word of memory, by a store or by a walk that sets A and D. */
    void store(long frame, int slot, long now) {
        Set<Place> before = live();
        long was = told(frame, slot);
        memory[(int) frame][slot] = now;
        int level = 0;
        for (Place place : before) {
            level = place.frame == frame ? Math.max(level, place.level) : level;
        }
        if (level != 0) {
            tell(frame, slot, was, level, EntryCause.STORE);
        }
        tellNewlyLive(before);
    }

    void invalidate(long linear, FlushCause cause) {
        out.tlbInvalidated(tick(), cause.ordinal(), linear, 0, 0, 0);
    }

    void flush(FlushCause cause) {
        out.tlbFlushed(tick(), cause.ordinal(), 0, 0, 0);
    }

    // How it is told

    private void tellNewlyLive(Set<Place> before) {
        Set<Long> known = new TreeSet<>();
        before.forEach(place -> known.add(place.frame));
        for (Place place : live()) {
            if (known.add(place.frame)) {
                for (int slot : slots) {
                    tell(place.frame, slot, 0, place.level, EntryCause.BECAME_LIVE);
                }
            }
        }
    }

    private void tell(long frame, int slot, long was, int level, EntryCause cause) {
        long now = told(frame, slot);
        long linear = MODE.offset(slot, level);
        EntryChange.of(MODE, level, cr4, was, now)
                .tell(out, tick(), frame, slot, was, now, linear, level, frame, cause);
    }

    private Set<Place> live() {
        Set<Place> marked = new TreeSet<>();
        roots().forEach(root -> mark(root, TOP, marked));
        return marked;
    }

    private void mark(long frame, int level, Set<Place> marked) {
        if (marked.add(new Place(frame, level)) && level > 1) {
            for (int slot : slots) {
                long word = told(frame, slot);
                long child = MODE.kind(word, level, cr4) == EntryKind.TABLE ? MODE.frame(word, level, cr4) : frame;
                if (child != frame) {
                    mark(child, level - 1, marked);
                }
            }
        }
    }
}
