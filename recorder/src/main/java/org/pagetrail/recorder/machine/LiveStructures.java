package org.pagetrail.recorder.machine;

import java.util.Arrays;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.EntryChange;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.Ia32Paging;
import org.pagetrail.traces.ia32.LinearAddress;

/**
 * Which frames are live paging structures, and the telling of every change of a word in one.
 *
 * <p>A frame is live when it is reachable from a root. Roots are the frame in CR3 while CR0.PG=1, and every directory that the
 * kernel has declared an address space and not retired. A directory's reference to itself keeps nothing alive. A root is
 * looked at as a directory (level 2); any other live frame as a page table (level 1).
 *
 * <p>A change of roots or of references is made whole before its event is told; the words of frames that became live by it are
 * told after it, by {@link #announce}. Until its turn has come a word of such a frame is not known to a reader of the events:
 * {@link #told} gives what is.
 */
public final class LiveStructures {
    private static final int SLOTS = LinearAddress.SLOTS;
    private static final int NONE = -1;

    private final PhysicalMemory memory;
    private final TraceEvents events;
    private final Clock clock;

    private final boolean[] declared;
    private final boolean[] root;

    /** How many words of directories refer to the frame as a table, those of the frame itself left out. */
    private final int[] links;

    /** How many words of a live frame have been told, counted from slot 0. */
    private final short[] announced;

    /** The directory and slot through which a table was last linked: where to look for it first. */
    private final int[] linkedFrom;

    private int[] roots = new int[4];
    private int rootCount;
    private int[] pending = new int[16];
    private int pendingCount;

    /** The frame in CR3 while paging is on, else {@link #NONE}. */
    private int active = NONE;

    private int cr4;

    LiveStructures(PhysicalMemory memory, TraceEvents events, Clock clock) {
        this.memory = memory;
        this.events = events;
        this.clock = clock;
        int frames = memory.frames();
        declared = new boolean[frames];
        root = new boolean[frames];
        links = new int[frames];
        announced = new short[frames];
        linkedFrom = new int[frames];
    }

    /** Whether the frame is a live paging structure. Frames beyond RAM hold no words and never are. */
    public boolean isLive(int frame) {
        return frame < root.length && (root[frame] || links[frame] != 0);
    }

    /** Whether the frame is the directory of an address space, declared or loaded. */
    public boolean isRoot(int frame) {
        return frame < root.length && root[frame];
    }

    /** The word of a live frame as the events have told it: 0 when absent, or not told yet. */
    public long told(int frame, int slot) {
        return slot < announced[frame] ? Entries.told(memory.read(frame, slot)) : 0;
    }

    /** The live frames, ascending. */
    public int[] frames() {
        int[] live = new int[root.length];
        int count = 0;
        for (int frame = 0; frame < root.length; frame++) {
            if (isLive(frame)) {
                live[count++] = frame;
            }
        }
        return Arrays.copyOf(live, count);
    }

    /** Makes a directory a root; {@link #announce} must follow once that was told. */
    void declare(int directory) {
        if (directory < declared.length) {
            declared[directory] = true;
            updateRoot(directory);
        }
    }

    /** Lets a directory be no declared root any more. */
    void retire(int directory) {
        if (directory < declared.length) {
            declared[directory] = false;
            updateRoot(directory);
        }
    }

    /**
     * Takes over what the control registers say; {@link #announce} must follow once the write was told.
     *
     * @param directory the frame in CR3, or -1 while paging is off
     * @param newCr4 CR4
     */
    void control(int directory, int newCr4) {
        if (((cr4 ^ newCr4) & (int) Ia32Paging.MODE.kindBits()) != 0) {
            changeKinds(newCr4);
        }
        cr4 = newCr4;
        int before = active;
        active = directory;
        // The new root first: what both reach stays live throughout.
        if (active != NONE) {
            updateRoot(active);
        }
        if (before != NONE) {
            updateRoot(before);
        }
    }

    private void changeKinds(int newCr4) {
        for (int r = 0; r < rootCount; r++) {
            int directory = roots[r];
            for (int slot = 0; slot < SLOTS; slot++) {
                int word = memory.read(directory, slot);
                boolean was = isTable(word, cr4);
                boolean is = isTable(word, newCr4);
                if (is && !was) {
                    link(directory, slot, word);
                } else if (was && !is) {
                    unlink(directory, word);
                }
            }
        }
    }

    private static boolean isTable(int word, int cr4) {
        return Entries.present(word) && !Entries.large(word, cr4);
    }

    private void updateRoot(int directory) {
        if (directory >= root.length) {
            return;
        }
        boolean is = declared[directory] || directory == active;
        if (is == root[directory]) {
            return;
        }
        boolean wasLive = isLive(directory);
        root[directory] = is;
        if (is) {
            insertRoot(directory);
            if (!wasLive) {
                await(directory);
                return;
            }
        } else {
            removeRoot(directory);
        }
        for (int slot = 0; slot < announced[directory]; slot++) {
            int word = memory.read(directory, slot);
            if (isTable(word, cr4)) {
                if (is) {
                    link(directory, slot, word);
                } else {
                    unlink(directory, word);
                }
            }
        }
    }

    private void insertRoot(int directory) {
        if (rootCount == roots.length) {
            roots = Arrays.copyOf(roots, 2 * rootCount);
        }
        int at = -Arrays.binarySearch(roots, 0, rootCount, directory) - 1;
        System.arraycopy(roots, at, roots, at + 1, rootCount - at);
        roots[at] = directory;
        rootCount++;
    }

    private void removeRoot(int directory) {
        int at = Arrays.binarySearch(roots, 0, rootCount, directory);
        System.arraycopy(roots, at + 1, roots, at, rootCount - at - 1);
        rootCount--;
    }

    private void link(int directory, int slot, int word) {
        int table = Entries.frame(word);
        if (table == directory || table >= root.length) {
            return;
        }
        boolean wasLive = isLive(table);
        links[table]++;
        linkedFrom[table] = directory * SLOTS + slot;
        if (!wasLive) {
            await(table);
        }
    }

    private void unlink(int directory, int word) {
        int table = Entries.frame(word);
        if (table != directory && table < root.length) {
            links[table]--;
        }
    }

    private void await(int frame) {
        announced[frame] = 0;
        if (pendingCount == pending.length) {
            pending = Arrays.copyOf(pending, 2 * pendingCount);
        }
        pending[pendingCount++] = frame;
    }

    /** Tells the present words of the frames that became live, table by table in the order in which they did. */
    void announce() {
        for (int i = 0; i < pendingCount; i++) {
            int frame = pending[i];
            for (int slot = 0; slot < SLOTS && isLive(frame); slot++) {
                announced[frame] = (short) (slot + 1);
                int word = memory.read(frame, slot);
                if (Entries.present(word)) {
                    if (root[frame] && isTable(word, cr4)) {
                        link(frame, slot, word);
                    }
                    tell(frame, slot, 0, word, EntryCause.BECAME_LIVE);
                }
            }
        }
        pendingCount = 0;
    }

    /**
     * Tells a change of a word of a live frame, after the word was written, and what becomes live or stops being so by it.
     */
    void changed(int frame, int slot, int was, int now, EntryCause cause) {
        if (root[frame]) {
            boolean wasTable = isTable(was, cr4);
            boolean isTable = isTable(now, cr4);
            if (wasTable != isTable || Entries.frame(was) != Entries.frame(now)) {
                if (isTable) {
                    link(frame, slot, now);
                }
                if (wasTable) {
                    unlink(frame, was);
                }
            }
        }
        tell(frame, slot, was, now, cause);
        if (pendingCount != 0) {
            announce();
        }
    }

    private void tell(int frame, int slot, int was, int now, EntryCause cause) {
        int level = root[frame] ? 2 : 1;
        long before = Entries.told(was);
        long after = Entries.told(now);
        EntryChange change = EntryChange.of(Ia32Paging.MODE, level, cr4, before, after);
        if (change == EntryChange.NONE) {
            return;
        }
        int directory = frame;
        int linear = slot << LinearAddress.LARGE_PAGE_SHIFT;
        if (level == 1) {
            int from = reference(frame);
            directory = from / SLOTS;
            linear = (from & SLOTS - 1) << LinearAddress.LARGE_PAGE_SHIFT | slot << LinearAddress.PAGE_SHIFT;
        }
        change.tell(
                events,
                clock.now(),
                frame,
                slot,
                before,
                after,
                LinearAddress.unsigned(linear),
                level,
                directory,
                cause);
    }

    /**
     * The one reference to a table: its directory's frame times 1,024, plus the slot; negative when there may be several, or the
     * frame is itself a directory.
     */
    int onlyReference(int table) {
        return root[table] ? NONE : onlyHint(table);
    }

    private int onlyHint(int table) {
        int hint = linkedFrom[table];
        boolean only = links[table] == 1 && isRoot(hint / SLOTS) && refersTo(hint / SLOTS, hint & SLOTS - 1, table);
        return only ? hint : NONE;
    }

    /** Where a table is reached: through CR3's directory if that reaches it, else through the lowest that does. */
    private int reference(int table) {
        int hint = linkedFrom[table];
        int slot = hint & SLOTS - 1;
        if (active != NONE && refersTo(active, slot, table)) {
            return active * SLOTS + slot;
        }
        if (onlyHint(table) != NONE) {
            return hint;
        }
        int found = active == NONE || !isRoot(active) ? NONE : search(active, table);
        for (int r = 0; r < rootCount && found == NONE; r++) {
            found = search(roots[r], table);
        }
        if (found == NONE) {
            throw new IllegalStateException("no directory refers to table frame " + table);
        }
        linkedFrom[table] = found;
        return found;
    }

    private int search(int directory, int table) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (refersTo(directory, slot, table)) {
                return directory * SLOTS + slot;
            }
        }
        return NONE;
    }

    private boolean refersTo(int directory, int slot, int table) {
        int word = memory.read(directory, slot);
        return directory != table && isTable(word, cr4) && Entries.frame(word) == table;
    }
}
