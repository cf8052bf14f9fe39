package org.pagetrail.analyzer.rule;

import java.util.ArrayList;
import java.util.List;
import org.pagetrail.replay.state.LongMap;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/**
 * The places at which paging structures stand in linear address spaces, kept up to date event by event, and the pages there.
 *
 * <p>A structure has a <i>placement</i> for each address, level and set of rights with which a walk can come to it. Address spaces
 * that share a table share its placement, so that a table's pages are told once, not once an address space; and a directory's
 * reference to itself gives it a placement as a table, in the window. A change of a word costs the placements of its structure.
 */
public final class Structures {
    private static final int ALL = Rights.READ | Rights.WRITE | Rights.USER | Rights.EXECUTE;

    /** Told each page that comes to be or changes. */
    interface Sink {
        void page(PageFact page);
    }

    /** A structure at an address. */
    public static final class Placement {
        private final long frame;
        private final int level;
        private final long base;
        private final int rights;
        private final boolean derived;

        /** Those whose entries lead here, one for each entry; empty for a root. */
        private final List<Placement> parents = new ArrayList<>(1);

        private Placement[] children;

        private Placement(long frame, int level, long base, int rights, boolean derived) {
            this.frame = frame;
            this.level = level;
            this.base = base;
            this.rights = rights;
            this.derived = derived;
        }

        /** The structure. */
        public long frame() {
            return frame;
        }

        /** As which level a walk comes to it. */
        public int level() {
            return level;
        }

        /** The first linear address that it translates here. */
        public long base() {
            return base;
        }

        /** What the levels above allow, as {@link Rights}. */
        public int rights() {
            return rights;
        }

        /** Whether the way here leads through a directory's reference to itself. */
        public boolean derived() {
            return derived;
        }

        /** The frame of one directory that has it. */
        public long root() {
            Placement at = this;
            while (!at.parents.isEmpty()) {
                at = at.parents.get(at.parents.size() - 1);
            }
            return at.frame;
        }

        /** Whether this directory has it. */
        public boolean in(long directory) {
            if (parents.isEmpty()) {
                return frame == directory;
            }
            for (Placement parent : parents) {
                if (parent.in(directory)) {
                    return true;
                }
            }
            return false;
        }

        /** Whether another directory than this has it. */
        public boolean inOtherThan(long directory) {
            if (parents.isEmpty()) {
                return frame != directory;
            }
            for (Placement parent : parents) {
                if (parent.inOtherThan(directory)) {
                    return true;
                }
            }
            return false;
        }

        private boolean is(int otherLevel, long otherBase, int otherRights, boolean otherDerived) {
            return level == otherLevel && base == otherBase && rights == otherRights && derived == otherDerived;
        }
    }

    private final MachineState state;
    private final PagingMode mode;
    private final Sink sink;
    private final PageFact page = new PageFact();
    private LongMap<List<Placement>> byFrame = new LongMap<>();
    private long cr4;

    /** A directory whose pages are not judged. */
    private long leftOut = Violation.NONE;

    Structures(MachineState state, Sink sink) {
        this.state = state;
        this.mode = state.pagingMode();
        this.sink = sink;
    }

    /** Where the structure stands; not to be changed. */
    public List<Placement> placements(long frame) {
        List<Placement> list = byFrame.get(frame);
        return list == null ? List.of() : list;
    }

    /** How many placements are kept in mind, and the ways to them. */
    int size() {
        int size = 0;
        for (long frame : byFrame.sortedKeys()) {
            for (Placement placement : byFrame.get(frame)) {
                size += 1 + placement.parents.size();
            }
        }
        return size;
    }

    /** Whether the loaded directory reaches the structure. */
    public boolean loaded(long frame) {
        if (state.loadedDirectory().isEmpty()) {
            return false;
        }
        long directory = state.loadedDirectory().getAsLong();
        for (Placement placement : placements(frame)) {
            if (placement.in(directory)) {
                return true;
            }
        }
        return false;
    }

    // What changes them

    /** Pages that only this directory has are told again once another has them; {@link Violation#NONE} for none. */
    void leaveOut(long directory) {
        leftOut = directory;
    }

    /** The frame may have become a root, or stopped being one; the state knows. */
    void rootMayHaveChanged(long frame) {
        Placement known = null;
        for (Placement placement : placements(frame)) {
            if (placement.level == mode.levels()) {
                known = placement;
            }
        }
        boolean root = state.isRoot(frame);
        if (root && known == null) {
            add(new Placement(frame, mode.levels(), 0, ALL, false));
        } else if (!root && known != null) {
            remove(known);
        }
    }

    /** CR4 was written; when that changes what entries mean, everything is looked at anew. */
    void cr4Written() {
        long now = state.register(ControlRegister.CR4);
        boolean otherKinds = ((cr4 ^ now) & mode.kindBits()) != 0;
        cr4 = now;
        if (otherKinds) {
            byFrame = new LongMap<>();
            for (long frame : state.liveFrames()) {
                rootMayHaveChanged(frame);
            }
        }
    }

    /** A word changed in another bit than A and D, and the state has it. */
    void wordChanged(long table, int slot, long now) {
        List<Placement> places = byFrame.get(table);
        // By index: a directory's reference to itself adds to the list that is being gone through.
        for (int i = 0; places != null && i < places.size(); i++) {
            word(places.get(i), slot, now);
        }
    }

    /** Shows the pages again that a directory has. */
    void tellPages(long directory) {
        for (Placement placement : placements(directory)) {
            if (placement.level == mode.levels()) {
                tellAll(placement);
            }
        }
    }

    private void tellAll(Placement placement) {
        state.words(placement.frame, (slot, word) -> {
            if (mode.kind(word, placement.level, cr4) == EntryKind.LEAF) {
                leaf(placement, slot, word);
            } else if (placement.children != null && placement.children[slot] != null) {
                tellAll(placement.children[slot]);
            }
        });
    }

    private void add(Placement placement) {
        List<Placement> list = byFrame.get(placement.frame);
        if (list == null) {
            list = new ArrayList<>(1);
            byFrame.put(placement.frame, list);
        }
        list.add(placement);
        state.words(placement.frame, (slot, word) -> word(placement, slot, word));
    }

    private void word(Placement placement, int slot, long now) {
        int level = placement.level;
        EntryKind kind = mode.kind(now, level, cr4);
        Placement before = placement.children == null ? null : placement.children[slot];
        Placement after = kind == EntryKind.TABLE ? child(placement, slot, now) : null;
        if (before != after) {
            if (placement.children == null) {
                placement.children = new Placement[mode.slots()];
            }
            placement.children[slot] = after;
            if (after != null) {
                boolean unseen = leftOut != Violation.NONE && !after.inOtherThan(leftOut);
                after.parents.add(placement);
                if (after.parents.size() == 1) {
                    add(after);
                } else if (unseen && placement.inOtherThan(leftOut)) {
                    tellAll(after);
                }
            }
            if (before != null) {
                dropParent(before, placement);
            }
        }
        if (kind == EntryKind.LEAF) {
            leaf(placement, slot, now);
        }
    }

    private Placement child(Placement parent, int slot, long word) {
        long frame = mode.frame(word, parent.level, cr4);
        int level = parent.level - 1;
        long base = parent.base + mode.offset(slot, parent.level);
        int rights = parent.rights & state.rights(word);
        boolean derived = parent.derived || frame == parent.frame;
        for (Placement placement : placements(frame)) {
            if (placement.is(level, base, rights, derived)) {
                return placement;
            }
        }
        return new Placement(frame, level, base, rights, derived);
    }

    private void dropParent(Placement placement, Placement parent) {
        int at = placement.parents.lastIndexOf(parent);
        int last = placement.parents.size() - 1;
        placement.parents.set(at, placement.parents.get(last));
        placement.parents.remove(last);
        if (placement.parents.isEmpty()) {
            remove(placement);
        }
    }

    private void remove(Placement placement) {
        List<Placement> list = byFrame.get(placement.frame);
        list.remove(placement);
        if (list.isEmpty()) {
            byFrame.remove(placement.frame);
        }
        if (placement.children != null) {
            for (Placement child : placement.children) {
                if (child != null) {
                    dropParent(child, placement);
                }
            }
            placement.children = null;
        }
    }

    private void leaf(Placement placement, int slot, long word) {
        page.placement = placement;
        page.slot = slot;
        page.linear = placement.base + mode.offset(slot, placement.level);
        page.bytes = 1L << mode.shift(placement.level);
        page.entry = word;
        page.frame = mode.frame(word, placement.level, cr4);
        page.rights = placement.rights & state.rights(word);
        sink.page(page);
    }
}
